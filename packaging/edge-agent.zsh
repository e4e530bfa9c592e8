#compdef edge-agent
# zsh runs the completion of bash, which the build makes from the commands themselves: now, and by itself from then on
autoload -U +X bashcompinit && bashcompinit
source /usr/share/bash-completion/completions/edge-agent
_bash_complete -o default -F _complete_edge-agent
