# SPDX-License-Identifier: GPL-2.0-or-later
"""All small changes that can be made to a C file, in the order of the file.

This is not a compiler: it knows just enough of C to find the places in code that is formatted by
clang-format. A change that makes no sense does not compile, and the caller draws another one.
Comments, strings, preprocessor lines (including lists in macros), declarations, array sizes,
assertions and operands of sizeof are never changed.
"""

import re
import typing

TOKEN = re.compile(r"""
    (?P<skip>\s+|/\*.*?\*/|//[^\n]*|^[ \t]*\#(?:\\\n|[^\n])*)
  | (?P<string>"(?:\\.|[^"\\\n])*")
  | (?P<char>'(?:\\.|[^'\\\n])+')
  | (?P<number>\d\w*)
  | (?P<word>[A-Za-z_]\w*)
  | (?P<mark><<=|>>=|\.\.\.|->|\+\+|--|<<|>>|[-+*/%&|^<>=!]=|&&|\|\||[^\s\w])
""", re.VERBOSE | re.DOTALL | re.MULTILINE)

OPENING, CLOSING = "([{", ")]}"
ASSIGNMENTS = {"=", "+=", "-=", "*=", "/=", "%=", "&=", "|=", "^=", "<<=", ">>="}
COMPARISONS = {"<": ["<=", ">="], "<=": ["<", ">"], ">": [">=", "<="], ">=": [">", "<"],
               "==": ["!="], "!=": ["=="]}
ARITHMETIC = {"+": "-", "-": "+", "*": "/", "/": "*", "%": "/", "<<": ">>", ">>": "<<",
              "+=": "-=", "-=": "+=", "++": "--", "--": "++"}
BITS = {"&": ["|"], "|": ["&"], "^": ["&"], "&=": ["|=", "="], "|=": ["&=", "="], "^=": ["="]}
ENDS = {"sender": "receiver", "receiver": "sender", "client": "server", "server": "client"}
TYPE = re.compile(r"(\w+_t|unsigned|int|char|void|const|size_t|bool|\*)$")
ASSERTION = re.compile(r"(_Static_assert|static_assert|assert)$")


class Token(typing.NamedTuple):
    """A token other than white space, comments and preprocessor lines."""
    kind: str
    text: str
    start: int
    end: int


class Change(typing.NamedTuple):
    """One change: the source from start to end is replaced by text."""
    path: str
    function: str
    what: str
    line: int
    start: int
    end: int
    text: str
    old: str  # the changed lines, joined into one
    new: str  # the same after the change

    def applied_to(self, source):
        """The text of the changed file."""
        return source[:self.start] + self.text + source[self.end:]

    @property
    def key(self):
        """What identifies the change, whatever its file and line number."""
        return self.function, self.old, self.new


def families(sources):
    """The enumerators that may replace each other: {enumerator: the next one of its kind}."""
    found = {}
    for source in sources:
        groups = [re.findall(r"X\((\w+),", body) for body in re.findall(
            r"^#define \w+_LIST\(X\)((?:.*\\\n)*.*)", source, re.MULTILINE)]
        groups.append(re.findall(r"^#define (TCP_FLAG_\w+) ", source, re.MULTILINE))
        for body in re.findall(r"\benum(?: \w+)? \{([^{}]*)\}", source):
            body = re.sub(r"/\*.*?\*/|^ *#.*$", "", body, flags=re.DOTALL | re.MULTILINE)
            items = [item.split("=") for item in body.split(",")]
            groups.append([item[0].strip() for item in items if len(item) == 1 or "<<" in item[1]])
        for names in groups:
            names = [name for name in names if re.match(r"[A-Z]\w+$", name)
                     and not re.search(r"_(MAX|COUNT)$", name)]
            if len(names) > 1:
                found.update(zip(names, names[1:] + names[:1]))
    return found


class Reader:
    """Parses one file and collects the changes that can be made to it."""

    def __init__(self, path, source, next_of_kind):
        self.path, self.source, self.next_of_kind = path, source, next_of_kind
        self.tokens = [Token(match.lastgroup, match[0], *match.span())
                       for match in TOKEN.finditer(source) if match.lastgroup != "skip"]
        self.other = {}  # the index of each bracket's counterpart
        self.function = ""
        self.found = {}
        open_brackets = []
        for at, token in enumerate(self.tokens):
            if token.text in OPENING:
                open_brackets.append(at)
            elif token.text in CLOSING and open_brackets:
                self.other[at] = open_brackets.pop()
                self.other[self.other[at]] = at

    def text(self, at):
        """The text of a token; "" where there is none."""
        return self.tokens[at].text if 0 <= at < len(self.tokens) else ""

    def kind(self, at):
        """The kind of a token."""
        return self.tokens[at].kind if 0 <= at < len(self.tokens) else ""

    def add(self, what, low, high, text):
        """Adds a change of the tokens from low up to, but not including, high."""
        start, end = self.tokens[low].start, self.tokens[high - 1].end
        old = self.source[start:end]
        text += "\n" * (old.count("\n") - text.count("\n"))  # so that lines keep their numbers
        first = self.source.rfind("\n", 0, start) + 1
        last = self.source.find("\n", end)
        lines = self.source[first:last]
        changed = self.source[first:start] + text + self.source[end:last]
        lines, changed = " ".join(lines.split()), " ".join(changed.split())
        if lines != changed:
            self.found.setdefault((start, end, text), Change(
                self.path, self.function, what, self.source.count("\n", 0, start) + 1, start, end,
                text, lines, changed))

    def part(self, low, high):
        """The source of the tokens from low up to, but not including, high."""
        return self.source[self.tokens[low].start:self.tokens[high - 1].end] if low < high else ""

    def top(self, low, high):
        """The tokens of a range that are not inside brackets within it."""
        at = low
        while at < high:
            yield at
            at = self.other.get(at, at) + 1 if self.text(at) in OPENING else at + 1

    def split(self, low, high, marks):
        """The parts of a range that are separated by these tokens."""
        for at in self.top(low, high):
            if self.text(at) in marks:
                yield low, at
                low = at + 1
        yield low, high

    # -- The file ------------------------------------------------------------------------------

    def read_file(self):
        """All changes that can be made to the file."""
        in_header = self.path.endswith(".h")
        begin = at = 0
        while at < len(self.tokens):
            if self.text(at) == "{":
                head = [self.text(i) for i in range(begin, at)]
                end = self.other.get(at, at)
                if head and head[-1] == ")":
                    self.read_function(begin, at)
                    begin = end + 1
                elif head and head[-1] == "=" and not in_header:
                    self.function = self.name_of_variable(begin, at)
                    self.read_list(at)
                elif "enum" in head and not in_header:
                    self.function = ""
                    for low, high in self.split(at + 1, end, {","}):
                        self.read_value(low, high)
                at = end
            elif self.text(at) == ";":
                if not in_header:
                    self.function = self.name_of_variable(begin, at)
                    self.read_value(begin, at)
                begin = at + 1
            at += 1
        return sorted(self.found.values(), key=lambda change: (change.start, change.end))

    def name_of_variable(self, low, high):
        """The name of the variable declared in a range."""
        names = [low]
        for at in self.top(low, high):
            if self.text(at) == "=":
                break
            if self.kind(at) == "word":
                names.append(at)
        return self.text(names[-1])

    def read_function(self, begin, brace):
        """A function whose body begins with the brace."""
        name = self.other[brace - 1] - 1
        self.function = self.text(name)
        self.is_bool = "bool" in [self.text(at) for at in range(begin, name)]
        self.body_end = self.other[brace]
        self.read_block(brace)

    def read_value(self, low, high):
        """The initializer of a declaration, if it has one."""
        for at in self.top(low, high):
            if self.text(at) == "=":
                boolean = "bool" in [self.text(i) for i in range(low, at)]
                self.read_expression(at + 1, high, boolean)
                return

    # -- Statements ----------------------------------------------------------------------------

    def read_block(self, brace):
        """The statements between braces."""
        at = brace + 1
        while at < self.other[brace]:
            at = self.read_statement(at, self.other[brace])

    def read_statement(self, at, end):
        """One statement; returns where the next one begins."""
        word = self.text(at)
        if word == "{":
            self.read_block(at)
            return self.other[at] + 1
        if word in ("if", "while", "for", "switch"):
            return self.read_control(at, end)
        if word in ("else", "do"):
            return at + 1
        if word in ("case", "default"):
            colon = next(i for i in self.top(at, end) if self.text(i) == ":")
            self.add("case dropped", at, colon + 1, "")
            return colon + 1
        stop = next((i for i in self.top(at, end) if self.text(i) == ";"), end)
        if stop < end and not ASSERTION.match(word):
            self.read_simple(at, stop)
        return stop + 1

    def read_control(self, at, end):
        """if, while, for or switch with its condition; the controlled statement comes next."""
        word, close = self.text(at), self.other[at + 1]
        parts = list(self.split(at + 2, close, {";"}))
        for place, (low, high) in enumerate(parts):
            condition = word != "switch" and (len(parts) == 1 or place == 1)
            if low == high:
                continue
            if word == "for" and place == 0:
                self.read_value(low, high)
            else:
                self.read_expression(low, high, condition)
            if condition:
                self.add("condition fixed", low, high, "true" if word == "if" else "false")
        return close + 1

    def read_simple(self, low, stop):
        """A declaration, an expression or a jump that ends with the semicolon at stop."""
        word = self.text(low)
        if word in ("break", "continue"):
            self.add("statement dropped", low, stop + 1, ";")
        elif word == "return":
            if stop + 1 < self.body_end:
                self.add("statement dropped", low, stop + 1, ";")
            if stop > low + 1:
                self.read_expression(low + 1, stop, self.is_bool)
        elif self.is_declaration(low, stop):
            self.read_value(low, stop)
        else:
            self.add("statement dropped", low, stop + 1, ";")
            self.read_expression(low, stop, False)

    def is_declaration(self, low, stop):
        """True for a declaration: a type followed by a name."""
        if self.text(low) in ("const", "static", "struct", "enum", "unsigned"):
            return True
        name = low + 2 if self.text(low + 1) == "*" else low + 1
        return self.kind(low) == "word" and self.kind(name) == "word" and name < stop

    # -- Expressions ---------------------------------------------------------------------------

    def read_list(self, brace):
        """The values between braces."""
        end = self.other[brace]
        for low, high in self.split(brace + 1, end, {","}):
            if low == high:
                continue
            if self.text(low) == "{" and self.text(high) == "," and self.text(brace - 1) == "=":
                self.add("row dropped", low, high + 1, "")
            if self.text(low) in (".", "["):  # a designator: its value follows
                low = next((i + 1 for i in self.top(low, high) if self.text(i) == "="), low)
            self.read_expression(low, high, False)

    def read_expression(self, low, high, boolean):
        """An expression; boolean: only its truth value matters."""
        if low >= high:
            return
        if self.text(low) == "{":
            self.read_list(low)
            return
        marks = {self.text(at): at for at in self.top(low, high)}
        assignment = next((marks[mark] for mark in ASSIGNMENTS if mark in marks), None)
        if assignment is not None:
            self.read_leaf(low, assignment + 1)
            self.read_expression(assignment + 1, high, False)
        elif "?" in marks:
            self.read_choice(low, high)
        elif "||" in marks or "&&" in marks:
            self.read_logic(low, high, "||" if "||" in marks else "&&")
        else:
            if boolean and not set(marks) & (set(COMPARISONS) | {"!"}):
                self.add("negation added", low, high, f"!({self.part(low, high)})")
            self.read_leaf(low, high)

    def read_choice(self, low, high):
        """condition ? one : other"""
        question = next(at for at in self.top(low, high) if self.text(at) == "?")
        depth, colon = 0, question
        for at in self.top(question, high):
            depth += {"?": 1, ":": -1}.get(self.text(at), 0)
            if depth == 0:
                colon = at
                break
        one, other = self.part(question + 1, colon), self.part(colon + 1, high)
        self.add("arms exchanged", question + 1, high, f"{other} : {one}")
        self.read_expression(low, question, True)
        self.read_expression(question + 1, colon, False)
        self.read_expression(colon + 1, high, False)

    def read_logic(self, low, high, mark):
        """Operands joined by ||, or by && if there is no ||."""
        operands = list(self.split(low, high, {mark}))
        for place, (start, end) in enumerate(operands):
            if place > 0:
                self.add("&& and || exchanged", start - 1, start, "&&" if mark == "||" else "||")
                self.add("operand dropped", start - 1, end, "")
            else:
                self.add("operand dropped", start, end + 1, "")
            self.read_expression(start, end, True)

    def read_leaf(self, low, high):
        """An expression without logic at its top level: operators, constants, calls."""
        at = low
        while at < high:
            word, kind = self.text(at), self.kind(at)
            if word == "sizeof":
                at = self.end_of_operand(at + 1, high)
                continue
            if word in OPENING:
                self.read_brackets(at, low)
                at = self.other[at]
            elif kind == "number":
                self.change_number(at)
            elif kind == "char" and len(word) == 3:
                self.add("constant moved", at, at + 1, f"'{chr(ord(word[1]) + 1)}'")
            elif kind == "word":
                self.change_word(at)
            else:
                self.change_operator(at, low)
            at += 1

    def end_of_operand(self, at, high):
        """The first token after the operand of sizeof."""
        if self.text(at) == "(":
            return self.other[at] + 1
        at += self.text(at) == "*"
        while at < high and (self.kind(at) == "word" or self.text(at) in ("->", ".", "[")):
            at = self.other[at] + 1 if self.text(at) == "[" else at + 1
        return at

    def read_brackets(self, at, low):
        """Arguments of a call, an index, a list, a cast or just parentheses."""
        end = self.other[at]
        if self.text(at) == "{":
            self.read_list(at)
        elif self.text(at) == "[":
            self.read_expression(at + 1, end, False)
        elif self.kind(at - 1) == "word" and at > low:
            parts = list(self.split(at + 1, end, {","}))
            for (start, middle), (_, stop) in zip(parts, parts[1:]):
                one, other = self.part(start, middle), self.part(middle + 1, stop)
                self.add("arguments exchanged", start, stop, f"{other}, {one}")
            for start, stop in parts:
                self.read_expression(start, stop, False)
        elif not all(TYPE.match(self.text(i)) for i in range(at + 1, end)):
            self.read_expression(at + 1, end, False)

    def change_number(self, at):
        """One more, one less."""
        match = re.match(r"(0[xX])?([0-9a-fA-F]+?)([uUlL]*)$", self.text(at))
        if not match:
            return
        prefix, digits, suffix = match[1] or "", match[2], match[3]
        value = int(digits, 16 if prefix else 10)
        for other in (value + 1, value - 1):
            if other >= 0:
                text = f"{other:0{len(digits)}x}" if prefix else str(other)
                self.add("constant moved", at, at + 1, prefix + text + suffix)

    def change_word(self, at):
        """A truth value, an enumerator, or one of the two ends."""
        word = self.text(at)
        if word in ("true", "false"):
            self.add("boolean turned", at, at + 1, "false" if word == "true" else "true")
        elif word in self.next_of_kind:
            self.add("enumerator exchanged", at, at + 1, self.next_of_kind[word])
        elif word in ENDS and self.text(at - 1) != ".":
            self.add("ends exchanged", at, at + 1, ENDS[word])

    def change_operator(self, at, low):
        """Another operator, or none."""
        word = self.text(at)
        binary = at > low and (self.kind(at - 1) in ("word", "number", "char")
                               or self.text(at - 1) in (")", "]"))
        binary = binary and self.text(at - 1) != "return"
        if word in COMPARISONS:
            for other in COMPARISONS[word]:
                self.add("comparison turned", at, at + 1, other)
        elif word in ("!", "~") or (word == "-" and not binary):
            self.add("negation dropped", at, at + 1, "")
        elif word in ARITHMETIC and (binary or len(word) == 2):
            self.add("operator exchanged", at, at + 1, ARITHMETIC[word])
        elif word in BITS and (binary or len(word) == 2):
            for other in BITS[word]:
                self.add("operator exchanged", at, at + 1, other)


def changes_of(path, source, next_of_kind):
    """All changes that can be made to a file, in its order."""
    return Reader(path, source, next_of_kind).read_file()
