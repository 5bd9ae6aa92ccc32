# bash completion for dmalab(1). Made of `dmalab help`; needs nothing of bash-completion.

_dmalab_commands="@COMMANDS@"

# What a command takes: --option, --option=VALUE, and =WORD for what stands alone.
_dmalab_takes() {
	case $1 in
@TABLE@
	esac
}

# The lab.yaml that dmalab would read.
_dmalab_config() {
	local f i
	for ((i = 1; i < COMP_CWORD; i++)); do
		if [ "${COMP_WORDS[i]}" = --config ]; then
			echo "${COMP_WORDS[i + 1]/#\~\//$HOME/}"
			return
		fi
	done
	for f in "${DMALAB_CONFIG:-lab.yaml}" "${XDG_CONFIG_HOME:-$HOME/.config}/dmalab/lab.yaml" /etc/dmalab/lab.yaml; do
		if [ -e "$f" ]; then
			echo "$f"
			return
		fi
	done
}

# The names that lab.yaml has under a key: entries of a map, or of a list.
_dmalab_names() {
	local f
	f=$(_dmalab_config)
	[ -z "$f" ] || awk -v key="$1" '
		/^[^ #]/ { on = $0 ~ "^" key ":" }
		on && /^  [A-Za-z0-9_.-]+:/ { sub(/:.*/, ""); print $1 }
		on && /^  - / { print $2 }' "$f" 2>/dev/null
}

# _dmalab_values OPTION VALUE: the words that may stand there; "/" for files, "//" for folders.
_dmalab_values() {
	case $1 in
	--target) _dmalab_names targets ;;
	--plan) _dmalab_names plans ;;
	--tree) _dmalab_names trees ;;
	--design | --fix) echo none && _dmalab_names designs ;;
	*) case $2 in
		FILE | PATH) echo / ;;
		DIR) echo // ;;
		COMMAND) echo "$_dmalab_commands" ;;
		NAME) _dmalab_names trees ;; # of `dmalab tree`
		*\|*) case $2 in *[A-Z]*) ;; *) echo "${2//|/ }" ;; esac ;;
		esac ;;
	esac
}

_dmalab() {
	local cur=${COMP_WORDS[COMP_CWORD]} prev=${COMP_WORDS[COMP_CWORD - 1]}
	local command='' i word takes words=''
	COMPREPLY=()
	# bash takes --option=value for three words
	if [ "$cur" = = ]; then
		cur=''
	elif [ "$prev" = = ]; then
		prev=${COMP_WORDS[COMP_CWORD - 2]}
	fi
	for ((i = 1; i < COMP_CWORD; i++)); do
		case ${COMP_WORDS[i]} in
		--config) i=$((i + 1)) ;;
		-*) ;;
		*) command=${COMP_WORDS[i]} && break ;;
		esac
	done
	takes=$(_dmalab_takes "$command")
	if [ "$prev" = --config ]; then
		words=/
	elif [ -z "$command" ]; then
		words="$_dmalab_commands --config --help --version"
	else
		for word in $takes; do
			case $word in
			=*) [[ $cur = -* ]] || words+=" $(_dmalab_values '' "${word#=}")" ;;
			*=*) if [ "${word%%=*}" = "$prev" ]; then
				words=$(_dmalab_values "$prev" "${word#*=}")
				break
			fi ;;
			esac
			case $word in --*) words+=" ${word%%=*}" ;; esac
		done
	fi
	# shellcheck disable=SC2207 # names without blanks
	COMPREPLY=($(compgen -W "${words//\//}" -- "$cur"))
	case " ${words//$'\n'/ } " in
	*' / '*) mapfile -t -O ${#COMPREPLY[@]} COMPREPLY < <(compgen -f -- "$cur") && compopt -o filenames 2>/dev/null ;;
	*' // '*) mapfile -t -O ${#COMPREPLY[@]} COMPREPLY < <(compgen -d -- "$cur") && compopt -o filenames 2>/dev/null ;;
	esac
}
complete -F _dmalab dmalab
