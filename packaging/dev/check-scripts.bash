# The check "scripts": shellcheck of everything that a shell runs.

check_scripts() {
  local script
  need shellcheck
  grep -rlE --exclude-dir={target,node_modules,.git} '^#!/(usr/)?bin/(env )?(ba)?sh' "$ROOT" >"$RUN/scripts"
  for script in "$ROOT"/packaging/dev/*.bash; do echo "$script" >>"$RUN/scripts"; done
  while read -r script; do
    check "shellcheck ${script#"$ROOT"/}" shellcheck -x -P "$ROOT" "$script"
  done <"$RUN/scripts"
  check "no function of ./dev is defined twice" functions_are_defined_once
}

# All parts are read into one shell, where the later of two functions wins
functions_are_defined_once() {
  local twice
  twice=$(grep -hoE '^[a-z_0-9]+\(\)' "$ROOT/dev" "$ROOT"/packaging/dev/*.bash | sort | uniq -d)
  [[ -z $twice ]] || { echo "defined twice: $twice"; return 1; }
}