# What ./dev demo does while it runs: pressing the button, watching the LED, updating one module.

now_ms() { echo $((${EPOCHREALTIME/[.,]/} / 1000)); }

led_is_on() {
  if [[ -n $BOARD ]]; then (($(od -An -tu1 -j25 -N1 "$BOARD") > 0)); else
    [[ $(curl -s -m 2 --noproxy '*' "http://127.0.0.1:$LED_PORT/state") == *true* ]]
  fi
}

led_word() { if led_is_on; then echo on; else echo off; fi }

press() { # pressed|released: in the simulated board; then waits for the LED to follow
  local want=off bits=0 begin
  if [[ $1 == pressed ]]; then want=on bits=4; fi
  begin=$(now_ms)
  printf '%b' "\\x0$bits" | dd of="$BOARD" bs=1 seek=3 conv=notrunc status=none
  while (($(now_ms) - begin < 8000)); do
    if [[ $(led_word) == "$want" ]]; then
      FOLLOWED=$((FOLLOWED + 1))
      say "  button $1 -> LED $want after $(($(now_ms) - begin)) ms"
      return
    fi
    sleep 0.02
  done
  LOST=$((LOST + 1))
  say "  ${RED}button $1 -> the LED did not follow in 8 s${PLAIN}"
}

# Presses on a key, or by itself; updates the LED module on a key, after a while, or when the time gets short.
play() { # DEADLINE HEADLESS
  local key state=released last=off update_at=$((SECONDS + 20)) presses=0
  headline "Playing"
  if [[ -n $2 ]]; then update_at=$((($1 + SECONDS) / 2)); else
    say "  ${BOLD}space${PLAIN} presses and releases, ${BOLD}u${PLAIN} updates $LED, ${BOLD}q${PLAIN} quits"
    on_exit stty "$(stty -g)"
    stty -echo
  fi
  while ((SECONDS < $1)) || { [[ -n $2 ]] && ((presses < 4)); } || [[ $state == pressed ]]; do
    key=''
    if [[ -n $2 ]]; then sleep "1.$((RANDOM % 10))" && key=' '; else IFS= read -rsn1 -t 0.2 key || true; fi
    if [[ $key == q ]]; then break; fi
    if [[ $key == ' ' && -n $BOARD ]]; then
      if [[ $state == pressed ]]; then state=released; else state=pressed; fi
      press "$state"
      presses=$((presses + 1))
    elif [[ -z $BOARD && $(led_word) != "$last" ]]; then
      last=$(led_word)
      FOLLOWED=$((FOLLOWED + 1))
      say "  LED $last"
    fi
    if [[ -z $UPDATED ]] && { [[ $key == u ]] || ((SECONDS >= update_at && presses >= 2)); }; then update_led; fi
  done
  [[ -n $UPDATED ]] || update_led
}

# Edits one tag in the manifest. UPDATED tells afterwards whether only that container was made anew.
update_led() {
  local button_before led_before button_after led_after
  button_before=$(facts "$BUTTON") led_before=$(facts "$LED")
  headline "Editing one tag in the twin: led-acr:1.0 -> led-acr:1.1"
  deploy demo_modules 1.1
  UPDATED=no
  follow_deployment 120 || say "  ${RED}the update did not arrive${PLAIN}"
  button_after=$(facts "$BUTTON" || true) led_after=$(facts "$LED" || true)
  compare "$BUTTON" "$button_before" "$button_after"
  compare "$LED" "$led_before" "$led_after"
  if [[ $button_before == "$button_after" && ${led_before%% *} != "${led_after%% *}" ]]; then UPDATED=only-led; fi
  headline "Playing on"
}

compare() { # NAME BEFORE AFTER
  local verdict="made anew"
  if [[ $2 == "$3" ]]; then verdict="not touched"; fi
  say "  $1: container ${2:0:12} started ${2#* } -> ${3:0:12} started ${3#* }: ${BOLD}$verdict${PLAIN}"
}
