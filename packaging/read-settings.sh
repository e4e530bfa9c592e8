# shellcheck shell=sh
# read_settings FILE exports the variables of /etc/default/edge-agent. It reads the file by the rules of systemd's
# EnvironmentFile=, so that the service, the command and the package's scripts see the same values: nothing in it is
# expanded or run, ';' '$' and blanks are part of a value. What the environment has already goes before; the last of two
# lines for one variable counts. Starts no process. The rules: parse_env_file_internal() in systemd's src/basic/env-file.c

rs_newline='
'

read_settings() { # FILE
  [ -f "$1" ] && [ -r "$1" ] || return 0
  rs_ours=' '
  rs_in=name
  while IFS= read -r rs_rest || [ -n "$rs_rest" ]; do
    if [ "$rs_in" = name ]; then
      rs_rest=${rs_rest#"${rs_rest%%[![:space:]]*}"}
      case $rs_rest in
        [\#\;]*) continue ;;
        *=*) ;;
        *) continue ;;
      esac
      rs_name=${rs_rest%%=*}
      rs_name=${rs_name%"${rs_name##*[![:space:]]}"}
      rs_rest=${rs_rest#*=}
      rs_value='' rs_blanks=''
      rs_in=before
    fi
    rs_read_line
  done <"$1"
  # the end of the file ends what is open
  if [ "$rs_in" != name ]; then rs_set; fi
}

# Reads rs_rest, the rest of a line, in one of the states before (a value or a quote may begin), plain, single and double
rs_read_line() {
  while [ -n "$rs_rest" ]; do
    case $rs_in in
      before)
        case $rs_rest in
          [[:space:]]*) rs_rest=${rs_rest#?} ;;
          \'*) rs_in=single rs_rest=${rs_rest#?} ;;
          \"*) rs_in=double rs_rest=${rs_rest#?} ;;
          *) rs_in=plain ;;
        esac
        ;;
      plain)
        rs_run=${rs_rest%%[\\[:space:]]*}
        rs_rest=${rs_rest#"$rs_run"}
        # blanks count only where something follows them
        if [ -n "$rs_run" ]; then rs_value=$rs_value$rs_blanks$rs_run rs_blanks=''; fi
        case $rs_rest in
          '') ;;
          \\)
            rs_value=$rs_value$rs_blanks rs_blanks=''
            return 0
            ;;
          \\*)
            rs_rest=${rs_rest#?}
            rs_value=$rs_value$rs_blanks${rs_rest%"${rs_rest#?}"} rs_blanks=''
            rs_rest=${rs_rest#?}
            ;;
          *)
            rs_blanks=$rs_blanks${rs_rest%"${rs_rest#?}"}
            rs_rest=${rs_rest#?}
            ;;
        esac
        ;;
      single)
        case $rs_rest in
          *\'*)
            rs_value=$rs_value${rs_rest%%\'*}
            rs_rest=${rs_rest#*\'}
            rs_in=before
            ;;
          *) rs_value=$rs_value$rs_rest rs_rest='' ;;
        esac
        ;;
      double)
        rs_run=${rs_rest%%[\\\"]*}
        rs_rest=${rs_rest#"$rs_run"}
        rs_value=$rs_value$rs_run
        case $rs_rest in
          '') ;;
          \"*) rs_in=before rs_rest=${rs_rest#?} ;;
          \\) return 0 ;;
          \\[\"\\\`\$]*)
            rs_rest=${rs_rest#?}
            rs_value=$rs_value${rs_rest%"${rs_rest#?}"}
            rs_rest=${rs_rest#?}
            ;;
          *) rs_value=$rs_value\\ rs_rest=${rs_rest#?} ;;
        esac
        ;;
    esac
  done
  case $rs_in in
    single | double) rs_value=$rs_value$rs_newline ;;
    *)
      rs_set
      rs_in=name
      ;;
  esac
}

rs_set() {
  case $rs_name in
    '' | [0-9]* | *[!A-Za-z0-9_]*) return 0 ;;
    # the shell's own
    IFS | PPID | OPTIND | OPTARG | PS1 | PS2 | PS4 | rs_*) return 0 ;;
  esac
  case $rs_ours in
    *" $rs_name "*) ;;
    *)
      eval "rs_run=\${$rs_name:-}"
      if [ -n "$rs_run" ]; then return 0; fi
      rs_ours="$rs_ours$rs_name "
      ;;
  esac
  eval "$rs_name=\$rs_value"
  # shellcheck disable=SC2163 # the variable of that name
  export "$rs_name"
}
