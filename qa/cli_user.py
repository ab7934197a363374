"""`python -m qa user`: who may log in to the page, and who of them may change anything."""

from __future__ import annotations

import sys
from typing import Annotated

import typer

from qa.passwords import LONGEST, SHORTEST, checked_password
from qa.users import Right, Users

user = typer.Typer(help="Who may log in to the page, and who of them may change anything.")

Name = Annotated[str, typer.Argument(help="The user's name: letters, digits and . _ - @")]
Stdin = Annotated[bool, typer.Option("--stdin", help="Read the password from standard input, one line.")]


@user.command()
def add(
    name: Name,
    may: Annotated[Right, typer.Option(help="Read and ask, or also change what all share.")] = "read",
    stdin: Stdin = False,
) -> None:
    """Let somebody log in."""
    users = Users()
    users.check_new(name)
    first = not users.all()
    added = users.add(name, _password(stdin), may == "change")
    print(f"{added.name} may log in, and {_does(added.right)}.")
    if first:
        print("From now on the page asks everybody for a name and a password.")


@user.command("list")
def list_() -> None:
    """Show everybody and what they may do."""
    everybody = Users().all()
    for each in everybody:
        print(f"{each.name} may {_does(each.right)}")
    if not everybody:
        print("There are no users: the page asks nobody for a password, and serves this computer only.")


@user.command()
def remove(name: Name) -> None:
    """Let somebody log in no more; who is logged in is so no longer."""
    users = Users()
    users.remove(name)
    print(f"{name} may log in no more.")
    if not users.all():
        print(
            "That was the last one. A Quoth that runs now lets nobody in; started again, it serves this computer only, "
            "and whoever uses it may read and change everything."
        )


@user.command()
def password(name: Name, stdin: Stdin = False) -> None:
    """Give somebody another password; who is logged in with the old one is so no longer."""
    users = Users()
    users.existing(name)
    users.set_password(name, _password(stdin))
    print(f"{name} has another password.")


@user.command()
def may(name: Name, right: Annotated[Right, typer.Argument(help="Read and ask, or also change.")]) -> None:
    """Let somebody change what all share, or only read and ask."""
    Users().set_right(name, right == "change")
    print(f"{name} may {_does(right)}.")


def _does(right: Right) -> str:
    return "read, ask and change everything" if right == "change" else "read and ask, and change nothing"


def _password(stdin: bool) -> str:
    """From a prompt that shows nothing, or one line of standard input; never from an argument, which others can see."""
    if stdin:
        return checked_password(sys.stdin.readline().rstrip("\r\n"))
    asked = f"Password ({SHORTEST} to {LONGEST} characters)"
    return checked_password(typer.prompt(asked, hide_input=True, confirmation_prompt="The same again"))
