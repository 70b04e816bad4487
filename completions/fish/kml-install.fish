# SPDX-License-Identifier: GPL-2.0-or-later
complete -c kml-install -l create -d 'Make the trusted directory first'
complete -c kml-install -s k -l kernel -r -F -d 'Check imports against this kernel'
complete -c kml-install -s l -l list -f -d 'Print what is installed'
complete -c kml-install -l no-record -d 'Keep no record'
complete -c kml-install -s r -l remove -d 'Remove programs'
complete -c kml-install -l root -r -a '(__fish_complete_directories)' -d 'Work on the system below this directory'
complete -c kml-install -l verify -d 'Say what has changed'
complete -c kml-install -s '?' -l help -d 'Print a list of the options'
complete -c kml-install -l usage -d 'Print a short form of it'
complete -c kml-install -s V -l version -d 'Print the version'
complete -c kml-install -n '__fish_contains_opt -s r remove; or __fish_contains_opt verify' -f \
	-a '(kml-install --list 2>/dev/null | string split -f 1 \t)'
