# SPDX-License-Identifier: GPL-2.0-or-later
#
# Completion of kexec-pe(8) for bash; to be sourced, or installed as
# /usr/share/bash-completion/completions/kexec-pe.

_kexec_pe()
{
	local word=${COMP_WORDS[COMP_CWORD]} before=${COMP_WORDS[COMP_CWORD-1]}
	local options=

	COMPREPLY=()
	if [ "$COMP_CWORD" -eq 1 ]; then
		options="load exec unload status run measure verify-log inspect --help --version"
		mapfile -t COMPREPLY < <(compgen -W "$options" -- "$word")
		return
	fi
	case $before in
	--initrd | --current | --pcrs | --pcrlock)
		compopt -o filenames 2>/dev/null
		mapfile -t COMPREPLY < <(compgen -f -- "$word")
		return
		;;
	--append | --cmdline | --mem | --limit | --banks | --only) return ;;
	esac
	case ${COMP_WORDS[1]} in
	load) options="--initrd --append --reuse-cmdline --panic --debug" ;;
	unload) options=--panic ;;
	status) options=--json ;;
	run) options="--cmdline --initrd --mem --json --gdb --limit" ;;
	measure)
		options="--current --as-boot --unverified --cmdline --initrd --banks"
		options+=" --pcrlock --json"
		;;
	verify-log) options="--pcrs --only --json" ;;
	inspect) options=--json ;;
	esac
	case $word in
	-*) mapfile -t COMPREPLY < <(compgen -W "$options" -- "$word") ;;
	*)
		case ${COMP_WORDS[1]} in
		load | run | measure | verify-log | inspect) ;;
		*) return 0 ;;
		esac
		compopt -o filenames 2>/dev/null
		mapfile -t COMPREPLY < <(compgen -f -- "$word")
		;;
	esac
}
complete -F _kexec_pe kexec-pe
