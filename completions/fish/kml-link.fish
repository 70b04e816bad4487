# SPDX-License-Identifier: GPL-2.0-or-later
complete -c kml-link -s k -l kernel -r -F -d 'Take names from this kernel'
complete -c kml-link -s o -l output -r -F -d 'Name of the program'
complete -c kml-link -l cc -x -a '(__fish_complete_command)' -d 'Compiler driver that links'
complete -c kml-link -l show -r -F -d 'Print what a linked program imports'
complete -c kml-link -s v -l verbose -d 'Print the commands that are run'
complete -c kml-link -s '?' -l help -d 'Print a list of the options'
complete -c kml-link -l usage -d 'Print a short form of it'
complete -c kml-link -s V -l version -d 'Print the version'
