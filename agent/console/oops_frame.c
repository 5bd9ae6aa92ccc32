// SPDX-License-Identifier: GPL-2.0-or-later
#include "console/oops_frame.h"

#include <ctype.h>
#include <string.h>

#include "console/line.h"

/* What stands in names of functions, and the dots that compilers add. */
static bool word_char(char c)
{
	static const bool names[256] = { ['a' ... 'z'] = true, ['A' ... 'Z'] = true,
					 ['0' ... '9'] = true, ['_'] = true,
					 ['.'] = true,	       ['$'] = true };

	return names[(unsigned char)c];
}

/* C has no dots in names: compilers add .isra.0, .constprop.1, .part.2, .cold, .llvm.123 */
void frame_symbol(const char *text, size_t len, char name[OOPS_NAME])
{
	size_t n = 0;

	if (len > 1 && text[0] == '.') { /* 64-bit PowerPC's entry points */
		text++;
		len--;
	}
	while (n < len && n + 1 < OOPS_NAME && word_char(text[n]) && (n == 0 || text[n] != '.'))
		n++;
	if (n > 0 && isdigit((unsigned char)text[0])) /* "0xc04ffb28" */
		n = 0;
	memcpy(name, text, n);
	name[n] = '\0';
}

struct text {
	const char *p, *end;
};

static bool take(struct text *t, const char *word)
{
	size_t n = strlen(word);

	if ((size_t)(t->end - t->p) < n || memcmp(t->p, word, n) != 0)
		return false;
	t->p += n;
	return true;
}

static bool take_blanks(struct text *t)
{
	const char *was = t->p;

	while (t->p < t->end && (*t->p == ' ' || *t->p == '\t'))
		t->p++;
	return t->p > was;
}

/* "[<c0123456>] ", "[c000000008068dfc] ", "<c0123456>] " where the line's begin was lost */
static bool take_address(struct text *t)
{
	struct text u = *t;
	bool open = take(&u, "["), angle = take(&u, "<");
	const char *from = u.p;

	if (!take(&u, "(ptrval)") && !take(&u, "(____ptrval____)")) /* %p before it can hash */
		while (u.p < u.end && isxdigit((unsigned char)*u.p))
			u.p++;
	if ((!open && !angle) || u.p - from < 8 || (angle && !take(&u, ">")))
		return false;
	if (!take(&u, "]"))
		return false;
	take_blanks(&u);
	*t = u;
	return true;
}

static uint32_t take_hex(struct text *t)
{
	uint32_t n = 0;

	for (; t->p < t->end && isxdigit((unsigned char)*t->p); t->p++)
		n = n << 4 | (uint32_t)(isdigit((unsigned char)*t->p) ? *t->p - '0'
								      : (*t->p | 0x20) - 'a' + 10);
	return n;
}

/* The symbol here; with `offset`, only where "+0x1/0x2" follows it. */
static bool take_symbol(struct text *t, bool offset, struct symbol *ret)
{
	const char *at = t->p;

	while (at < t->end && word_char(*at))
		at++;
	if (at == t->p)
		return false;
	if (offset && (t->end - at < 3 || memcmp(at, "+0x", 3) != 0))
		return false;
	frame_symbol(t->p, (size_t)(at - t->p), ret->name);
	t->p = at;
	ret->offset = ret->size = 0;
	if (take(t, "+0x")) {
		ret->offset = take_hex(t);
		if (take(t, "/0x"))
			ret->size = take_hex(t);
	}
	return ret->name[0] != '\0';
}

bool frame_find(const char *text, const char *end, struct symbol *ret)
{
	const char *plus = text, *name;
	struct text t = { .end = end };

	while (plus < end) {
		plus = memmem(plus, (size_t)(end - plus), "+0x", 3);
		if (!plus)
			return false;
		for (name = plus; name > text && word_char(name[-1]); name--)
			continue;
		t.p = name;
		if (name < plus && take_symbol(&t, true, ret))
			return true;
		plus += 3;
	}
	return false;
}

/* " [module]" */
static void take_module(struct text *t)
{
	struct text u = *t;

	if (!take_blanks(&u) || !take(&u, "["))
		return;
	while (u.p < u.end && (word_char(*u.p) || *u.p == '-'))
		u.p++;
	if (take(&u, "]"))
		*t = u;
}

/* " f from g+0x1/0x2": ARM without CONFIG_BACKTRACE_VERBOSE */
static bool read_from(struct text t, struct frame *ret)
{
	const char *end;

	if (!take_blanks(&t))
		return false;
	for (end = t.p; end < t.end && word_char(*end);)
		end++;
	if (end == t.end || *end != ' ' || !take_symbol(&t, false, &ret->at))
		return false;
	take_module(&t);
	return take(&t, " from ") && take_symbol(&t, true, &ret->caller);
}

/* "[<addr>] (f) from [<addr>] (g+0x1/0x2)": ARM with it; old kernels "(f+0x1/0x2)" first */
static bool read_verbose(struct text t, struct frame *ret)
{
	take_blanks(&t);
	if (!take_address(&t) || !take(&t, "(") || !take_symbol(&t, false, &ret->at))
		return false;
	take_module(&t);
	return take(&t, ") from ") && take_address(&t) && take(&t, "(") &&
	       take_symbol(&t, false, &ret->caller);
}

/* "<IRQ> ", "<<EOE>> " before a frame; what it says is oops_body.c's */
static void take_stack_name(struct text *t)
{
	struct text u = *t;

	while (take(&u, "<"))
		continue;
	if (u.p == t->p)
		return;
	while (u.p < u.end && (isupper((unsigned char)*u.p) || *u.p == '/' || *u.p == '#' ||
			       isdigit((unsigned char)*u.p)))
		u.p++;
	if (!take(&u, ">"))
		return;
	while (take(&u, ">"))
		continue;
	if (take_blanks(&u))
		*t = u;
}

/* "f file.c:12 [inline]" */
static bool read_inlined(struct text t, struct frame *ret)
{
	static const char mark[] = " [inline]";
	size_t n = sizeof(mark) - 1;

	if ((size_t)(t.end - t.p) < n + 3 || memcmp(t.end - n, mark, n) != 0 ||
	    !take_symbol(&t, false, &ret->at) || !take(&t, " "))
		return false;
	ret->caller.name[0] = '\0';
	ret->inlined = true;
	return memchr(t.p, ':', (size_t)(t.end - t.p)) != NULL;
}

/* " f+0x1/0x2 [module]", " ? f+0x1/0x2", "[<addr>] f+0x1/0x2": the other architectures */
static bool read_plain(struct text t, struct frame *ret)
{
	bool begun = take_blanks(&t);

	take_stack_name(&t);
	while (take_address(&t))
		begun = true;
	ret->sure = !take(&t, "? ");
	begun |= !ret->sure;
	take_blanks(&t);
	if (take(&t, ":")) /* ":radeon:radeon_cp_resume+0x7d/0xbc": 2.6's modules */
		while (t.p < t.end && *t.p++ != ':')
			continue;
	if (!begun)
		return false;
	if (read_inlined(t, ret))
		return true;
	if (!take_symbol(&t, true, &ret->at))
		return false;
	ret->caller.name[0] = '\0';
	take_module(&t);
	take_blanks(&t);
	if (take(&t, "(unreliable)"))
		ret->sure = false;
	return true;
}

/* The ways in which a register is named; what follows is "f+0x1/0x2" with addresses before it. */
static const struct {
	const char *starts;
	enum frame_kind kind;
} registers[] = {
	{ "PC is at ", FRAME_PC }, { "pc : ", FRAME_PC },      { "RIP: ", FRAME_PC },
	{ "EIP: ", FRAME_PC },	   { "EIP is at ", FRAME_PC }, { "IP: ", FRAME_PC },
	{ "NIP [", FRAME_PC },	   { "NIP: ", FRAME_PC },      { "epc : ", FRAME_PC },
	{ "epc   : ", FRAME_PC },  { "RIP  ", FRAME_PC },      { "EIP is at: ", FRAME_PC },
	{ "LR is at ", FRAME_LR }, { "lr : ", FRAME_LR },      { "LR [", FRAME_LR },
	{ " ra : ", FRAME_LR },	   { "ra    : ", FRAME_LR },   { "Krnl PSW : ", FRAME_PC },
};

static bool read_register(struct text t, struct frame *ret)
{
	struct text u;
	size_t i;

	for (i = 0; i < sizeof(registers) / sizeof(*registers); i++)
		if (registers[i].starts[0] == t.p[0] && registers[i].starts[1] == t.p[1] &&
		    take(&t, registers[i].starts))
			break;
	if (i == sizeof(registers) / sizeof(*registers))
		return false;
	ret->kind = registers[i].kind;
	ret->at.name[0] = '\0';
	if (t.p[-1] == '[')
		t.p--;
	u = t;
	if (t.end - t.p > 5 && t.p[4] == ':' &&
	    (memcmp(t.p, "0033", 4) == 0 || memcmp(t.p, "0023", 4) == 0))
		ret->kind = FRAME_USER; /* x86's selectors of processes */
	if (t.end - t.p > 5 && t.p[4] == ':')
		t.p += 5;
	take_blanks(&t);
	while (take_address(&t))
		continue;
	if (take(&t, ":"))
		while (t.p < t.end && *t.p++ != ':')
			continue;
	if (!take_symbol(&t, true, &ret->at) && !frame_find(u.p, u.end, &ret->at))
		ret->at.name[0] = '\0';
	return true;
}

/* A blank, an address, "? ", "<IRQ>"; else the name of a register. */
bool frame_begins(char first)
{
	static const bool begins[256] = {
		[' '] = true, ['\t'] = true, ['['] = true, ['<'] = true, ['?'] = true, ['P'] = true,
		['R'] = true, ['E'] = true,  ['N'] = true, ['I'] = true, ['p'] = true, ['e'] = true,
		['L'] = true, ['l'] = true,  ['r'] = true, ['K'] = true,
	};

	return begins[(unsigned char)first];
}

static bool may_be_register(const struct line *ln)
{
	char first = ln->text[0];

	if (first == ' ')
		return ln->len > 6 && ln->text[1] == 'r'; /* " ra : " */
	return ln->len > 6 && isalpha((unsigned char)first) && frame_begins(first);
}

void frame_read(const struct line *ln, struct frame *ret)
{
	struct text t = { ln->text, ln->text + ln->len };

	ret->kind = FRAME_NONE;
	ret->at.name[0] = ret->caller.name[0] = '\0';
	ret->at.offset = ret->at.size = 0;
	ret->sure = true;
	ret->inlined = false;
	if (t.p == t.end || (may_be_register(ln) && read_register(t, ret)))
		return;
	if (!frame_begins(*t.p) || isalpha((unsigned char)*t.p))
		return;
	if (read_from(t, ret) || read_verbose(t, ret) || read_plain(t, ret))
		ret->kind = FRAME_CALL;
	else
		ret->at.name[0] = ret->caller.name[0] = '\0';
}
