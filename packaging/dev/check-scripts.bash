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
  check "no rm of root's goes through a mount" removal_minds_mounts
}

# All parts are read into one shell, where the later of two functions wins
functions_are_defined_once() {
  local twice
  twice=$(grep -hoE '^[a-z_0-9]+\(\)' "$ROOT/dev" "$ROOT"/packaging/dev/*.bash | sort | uniq -d)
  [[ -z $twice ]] || { echo "defined twice: $twice"; return 1; }
}

removal_minds_mounts() {
  local place=$RUN/removal other=$RUN/other
  if grep -nE 'as_root rm -[a-z]*r' "$ROOT/dev" "$ROOT"/packaging/dev/*.bash | grep -v '^[^:]*/\(tools\|check-scripts\)\.bash:'; then
    echo "use remove_tree: a run that was killed leaves mounts behind"
    return 1
  fi
  root_is_possible || return 0
  mkdir -p "$place/a folder/mount" "$place/memory" "$other"
  touch "$other/of-the-machine"
  as_root mount --bind "$other" "$place/a folder/mount" && as_root mount -t tmpfs tmpfs "$place/memory" || return
  remove_tree "$place" && [[ ! -e $place && -e $other/of-the-machine ]]
}
