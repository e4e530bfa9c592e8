# The check "links": every relative link in a Markdown file leads to a file of the repository, and every anchor to a heading.

check_links() {
  local document
  mapfile -t documents < <(git -C "$ROOT" ls-files --cached --others --exclude-standard -- '*.md')
  ((${#documents[@]})) || die 3 "there are no Markdown files in $ROOT"
  for document in "${documents[@]}"; do
    check "links of $document" links_lead_somewhere "$document"
  done
}

links_lead_somewhere() { # DOCUMENT, from the root
  local document=$1 link path anchor folder wrong=0
  folder=$(dirname "$document")
  while read -r link; do
    path=${link%%#*} anchor=
    if [[ $link == *'#'* ]]; then anchor=${link#*#}; fi
    if [[ -z $path ]]; then path=$document; else path=$(realpath -m --relative-to="$ROOT" "$ROOT/$folder/$path"); fi
    if [[ $path == ../* || ! -e $ROOT/$path ]]; then
      echo "$document: $link: there is no $path"
      wrong=1
    elif [[ -n $anchor ]] && ! anchors "$ROOT/$path" | grep -qxF -- "$anchor"; then
      echo "$document: $link: $path has no heading with this anchor"
      wrong=1
    fi
  done < <(relative_links "$ROOT/$document")
  return "$wrong"
}

# Without what stands in code: there, brackets and parentheses mean something else.
prose() { # FILE
  awk '/^[[:space:]]*(```|~~~)/ { code = !code; next } !code' "$1"
}

relative_links() { # FILE
  prose "$1" | sed 's/`[^`]*`//g' | grep -oE '\]\([^)[:space:]]+\)' | sed 's/^](//; s/)$//' |
    grep -vE '^[a-z][a-z0-9+.-]*:' || true
}

# As forges make them of headings: small letters, blanks become dashes, other punctuation goes; a second one gets "-1".
anchors() { # FILE
  prose "$1" | sed -nE 's/^#{1,6} +//p' | sed -E 's/\[([^]]*)\]\([^)]*\)/\1/g' | tr '[:upper:]' '[:lower:]' |
    sed -E 's/[^[:alnum:] _-]//g; s/ /-/g' | awk '{ print $0 (seen[$0]++ ? "-" seen[$0] - 1 : "") }'
}
