# The check "scripts": shellcheck of everything that a shell runs.

check_scripts() {
  local script
  need shellcheck
  grep -rlE --exclude-dir={target,node_modules,.git} '^#!/(usr/)?bin/(env )?(ba)?sh' "$ROOT" >"$RUN/scripts"
  for script in "$ROOT"/packaging/dev/*.bash; do echo "$script" >>"$RUN/scripts"; done
  while read -r script; do
    check "shellcheck ${script#"$ROOT"/}" shellcheck -x -P "$ROOT" "$script"
  done <"$RUN/scripts"
}
