"""``completion``: a script that completes commands and options in bash, and in zsh through its bashcompinit."""

import argparse
from collections.abc import Mapping, Sequence
from string import Template

from api.cli.command import Command, Exit

_SCRIPT = Template("""\
# bash: source <($program completion)      zsh: autoload -U bashcompinit && bashcompinit, then the same line
_${function}() {
  local word=$${COMP_WORDS[COMP_CWORD]}
  if [ "$$COMP_CWORD" -eq 1 ]; then
    COMPREPLY=($$(compgen -W "$commands" -- "$$word"))
    return
  fi
  case "$${COMP_WORDS[1]}" in
$cases
  esac
}
complete -o default -F _${function} $program
""")


def completion_script(program: str, options: Mapping[str, Sequence[str]]) -> str:
    """Write the script for a program from the options of each of its commands; paths complete by default."""
    cases = "\n".join(
        f'    {name}) [[ $word == -* ]] && COMPREPLY=($(compgen -W "{" ".join(words)}" -- "$word")) ;;'
        for name, words in options.items()
    )
    return _SCRIPT.substitute(
        program=program, function=program.replace("-", "_"), commands=" ".join(options), cases=cases
    )


def completion_command(program: str, table: Sequence[Command]) -> Command:
    """Make the command out of the table that it stands in."""

    def run(_: argparse.Namespace) -> int:
        options = {command.name: _options_of(command) for command in table}
        print(completion_script(program, options), end="")
        return Exit.OK

    def describe(_: argparse.ArgumentParser) -> None:
        pass

    return Command(
        "completion", "write a completion script for the shell", describe, run, (f"source <({program} completion)",)
    )


def _options_of(command: Command) -> list[str]:
    parser = argparse.ArgumentParser(add_help=True)
    command.describe(parser)
    return sorted(option for option in parser._option_string_actions if option.startswith("--"))  # noqa: SLF001 - argparse tells it nowhere else
