# SPDX-License-Identifier: GPL-2.0-or-later
complete -c kml-install -s l -l list -f -d 'Print what is installed'
complete -c kml-install -s r -l remove -d 'Remove programs'
complete -c kml-install -s '?' -l help -d 'Print a list of the options'
complete -c kml-install -l usage -d 'Print a short form of it'
complete -c kml-install -s V -l version -d 'Print the version'
complete -c kml-install -n '__fish_contains_opt -s r remove' -f -a '(kml-install --list 2>/dev/null | string split -f 1 \t)'
