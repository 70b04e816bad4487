// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * malformed FILE INTERPRETER: writes a program, and a program that it has for interpreter, to these places below the
 * trusted directory, and executes it with each field of its headers wrong in turn, cut off anywhere, with segments over
 * each other, and with random bytes. Each may be refused, die of a signal, or run; then it does nothing. Wherever the
 * kernel lands in it there is INT3.
 */
#include <elf.h>
#include <err.h>
#include <errno.h>
#include <fcntl.h>
#include <kml/abi.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

enum { PAGE = 4096, BASE = 0x400000, SECONDS_FOR_ONE = 20 };

struct note {
	Elf64_Nhdr header;
	char name[sizeof(KML_NOTE_NAME)];
	struct kml_note descriptor;
};

enum segment { PHDR, INTERP, TEXT, DATA, NOTE, PROPERTY, STACK, SEGMENTS };

union program {
	unsigned char bytes[2 * PAGE];
	struct {
		Elf64_Ehdr header;
		Elf64_Phdr segments[SEGMENTS];
		struct note note;
		struct {
			Elf64_Nhdr header;
			char name[4];
			uint32_t type, size, features, padding;
		} property;
		char interpreter[64];
		unsigned char code[16];
	};
};

/* mov $60, %eax; xor %edi, %edi; syscall: exits with 0 */
static const unsigned char code[] = { 0xb8, 60, 0, 0, 0, 0x31, 0xff, 0x0f, 0x05 };

#define AT(member) .p_offset = offsetof(union program, member), .p_vaddr = BASE + offsetof(union program, member), \
	.p_paddr = BASE + offsetof(union program, member), .p_filesz = sizeof(((union program *)NULL)->member), \
	.p_memsz = sizeof(((union program *)NULL)->member)

static void make_good(union program *program, const char *interpreter)
{
	memset(program, 0xcc, sizeof(*program));
	program->header = (Elf64_Ehdr){
		.e_ident = { ELFMAG0, ELFMAG1, ELFMAG2, ELFMAG3, ELFCLASS64, ELFDATA2LSB, EV_CURRENT },
		.e_type = interpreter ? ET_EXEC : ET_DYN,
		.e_machine = EM_X86_64,
		.e_version = EV_CURRENT,
		.e_entry = BASE + offsetof(union program, code),
		.e_phoff = offsetof(union program, segments),
		.e_ehsize = sizeof(Elf64_Ehdr),
		.e_phentsize = sizeof(Elf64_Phdr),
		.e_phnum = SEGMENTS,
	};
	program->segments[PHDR] = (Elf64_Phdr){ .p_type = PT_PHDR, .p_flags = PF_R, AT(segments), .p_align = 8 };
	program->segments[INTERP] = (Elf64_Phdr){ .p_type = PT_INTERP, .p_flags = PF_R, AT(interpreter), .p_align = 1 };
	program->segments[TEXT] = (Elf64_Phdr){ .p_type = PT_LOAD, .p_flags = PF_R | PF_X, .p_offset = 0, .p_vaddr = BASE,
		.p_paddr = BASE, .p_filesz = PAGE, .p_memsz = PAGE, .p_align = PAGE };
	program->segments[DATA] = (Elf64_Phdr){ .p_type = PT_LOAD, .p_flags = PF_R | PF_W, .p_offset = PAGE,
		.p_vaddr = BASE + PAGE, .p_paddr = BASE + PAGE, .p_filesz = PAGE, .p_memsz = 3 * PAGE, .p_align = PAGE };
	program->segments[NOTE] = (Elf64_Phdr){ .p_type = PT_NOTE, .p_flags = PF_R, AT(note), .p_align = 4 };
	program->segments[PROPERTY] = (Elf64_Phdr){ .p_type = PT_GNU_PROPERTY, .p_flags = PF_R, AT(property), .p_align = 8 };
	program->segments[STACK] = (Elf64_Phdr){ .p_type = PT_GNU_STACK, .p_flags = PF_R | PF_W, .p_align = 16 };
	program->note = (struct note){
		.header = { sizeof(KML_NOTE_NAME), sizeof(struct kml_note), KML_NOTE_TYPE },
		.name = KML_NOTE_NAME,
		.descriptor = { .abi_version = KML_ABI_VERSION, .flags = KML_NOTE_USER_MODE_OK },
	};
	program->property.header = (Elf64_Nhdr){ 4, 16, NT_GNU_PROPERTY_TYPE_0 };
	memcpy(program->property.name, "GNU", 4);
	program->property.type = GNU_PROPERTY_X86_FEATURE_1_AND;
	program->property.size = 4;
	program->property.features = program->property.padding = 0;
	memset(program->interpreter, 0, sizeof(program->interpreter));
	if (interpreter)
		strncpy(program->interpreter, interpreter, sizeof(program->interpreter) - 1);
	else
		program->segments[INTERP].p_type = PT_NULL;
	memcpy(program->code, code, sizeof(code));
}

static const char *path, *interpreter_path;
static int refused, died, ran, wrong;

static void write_program(const char *to, const union program *program, size_t size)
{
	int file = open(to, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0755);

	if (file < 0 || write(file, program, size) != (ssize_t)size || close(file))
		err(1, "%s", to);
}

static void offer(const char *what, unsigned int detail)
{
	int status;
	pid_t child = vfork();

	if (child == 0) {
		alarm(SECONDS_FOR_ONE);
		execl(path, path, (char *)NULL);
		_exit(errno == ETXTBSY ? 2 : 1);
	}
	waitpid(child, &status, 0);
	if (WIFSIGNALED(status) && WTERMSIG(status) != SIGALRM) {
		died++;
	} else if (WIFEXITED(status) && WEXITSTATUS(status) < 2) {
		refused += WEXITSTATUS(status) == 1;
		ran += WEXITSTATUS(status) == 0;
	} else {
		printf("FAIL  %s %#x: status %#x\n", what, detail, (unsigned int)status);
		wrong++;
	}
}

/* The wrong one is the program, or its interpreter */
static bool interpreter_is_wrong;
static union program good, good_interpreter;

static void begin(bool interpreter)
{
	interpreter_is_wrong = interpreter;
	write_program(path, &good, sizeof(good));
	write_program(interpreter_path, &good_interpreter, sizeof(good_interpreter));
}

static const union program *original(void)
{
	return interpreter_is_wrong ? &good_interpreter : &good;
}

static void offer_cut(const union program *program, size_t size, const char *what, unsigned int detail)
{
	write_program(interpreter_is_wrong ? interpreter_path : path, program, size);
	offer(what, detail);
}

static void offer_program(const union program *program, const char *what, unsigned int detail)
{
	offer_cut(program, sizeof(*program), what, detail);
}

static void with_wrong_field(size_t offset, size_t size)
{
	uint64_t value = 0;

	memcpy(&value, original()->bytes + offset, size);
	const uint64_t values[] = { 0, 1, ~0UL, value + 1, value - 1, value + PAGE, value - PAGE, value << 1, 0x7fffffff, 0x80000000,
				    0x7fffffffffff, 0x7fffffffffffffff, 0x8000000000000000, ~0UL - PAGE + 1 };

	for (size_t i = 0; i < sizeof(values) / sizeof(*values); i++) {
		union program program = *original();

		memcpy(program.bytes + offset, &values[i], size);
		offer_program(&program, "the field at", (unsigned int)offset);
	}
}

#define FIELD(structure, member) { offsetof(structure, member), sizeof(((structure *)NULL)->member) }
struct field {
	size_t offset, size;
};

static void with_wrong_fields(size_t base, const struct field *fields, size_t count)
{
	for (size_t i = 0; i < count; i++)
		with_wrong_field(base + fields[i].offset, fields[i].size);
}

static void with_each_field_wrong(void)
{
	static const struct field header[] = {
		FIELD(Elf64_Ehdr, e_ident[EI_CLASS]), FIELD(Elf64_Ehdr, e_ident[EI_DATA]), FIELD(Elf64_Ehdr, e_ident[EI_OSABI]),
		FIELD(Elf64_Ehdr, e_type), FIELD(Elf64_Ehdr, e_machine), FIELD(Elf64_Ehdr, e_version), FIELD(Elf64_Ehdr, e_entry),
		FIELD(Elf64_Ehdr, e_phoff), FIELD(Elf64_Ehdr, e_shoff), FIELD(Elf64_Ehdr, e_flags), FIELD(Elf64_Ehdr, e_ehsize),
		FIELD(Elf64_Ehdr, e_phentsize), FIELD(Elf64_Ehdr, e_phnum),
	};
	static const struct field segment[] = {
		FIELD(Elf64_Phdr, p_type), FIELD(Elf64_Phdr, p_flags), FIELD(Elf64_Phdr, p_offset), FIELD(Elf64_Phdr, p_vaddr),
		FIELD(Elf64_Phdr, p_filesz), FIELD(Elf64_Phdr, p_memsz), FIELD(Elf64_Phdr, p_align),
	};
	static const struct field note[] = {
		FIELD(struct note, header.n_namesz), FIELD(struct note, header.n_descsz), FIELD(struct note, header.n_type),
		FIELD(struct note, descriptor.abi_version), FIELD(struct note, descriptor.flags),
	};

	with_wrong_fields(0, header, sizeof(header) / sizeof(*header));
	for (size_t i = 0; i < SEGMENTS; i++)
		with_wrong_fields(offsetof(union program, segments[i]), segment, sizeof(segment) / sizeof(*segment));
	with_wrong_fields(offsetof(union program, note), note, sizeof(note) / sizeof(*note));
	/* A property note is laid out in the same way, as far as it goes */
	with_wrong_fields(offsetof(union program, property), note, 3);
	with_wrong_field(offsetof(union program, property.type), 4);
	with_wrong_field(offsetof(union program, property.size), 4);
}

static void cut_off(void)
{
	for (size_t size = 0; size < sizeof(union program); size += size < offsetof(union program, code) ? 16 : 500)
		offer_cut(original(), size, "cut off at", (unsigned int)size);
}

/* Each segment becomes one that is loaded, over each other one and with all kinds of access */
static void with_overlaps(void)
{
	for (unsigned int one = 0; one < SEGMENTS; one++)
		for (unsigned int other = 0; other < SEGMENTS; other++) {
			union program program = *original();

			program.segments[one] = program.segments[other];
			program.segments[one].p_type = PT_LOAD;
			program.segments[one].p_flags = (one + other) & (PF_R | PF_W | PF_X);
			offer_program(&program, "overlap", one * 16 + other);
		}
}

/* Nothing but empty notes, more than anybody would read, and a segment that is longer than the file */
static void with_many_notes(void)
{
	union program program = *original();

	memset(program.bytes + PAGE, 0, PAGE);
	program.segments[NOTE].p_offset = PAGE;
	program.segments[NOTE].p_filesz = PAGE;
	offer_program(&program, "notes", 0);
	program.segments[NOTE].p_filesz = 1UL << 40;
	offer_program(&program, "notes", 1);
	for (unsigned int i = 0; i < SEGMENTS; i++)
		if (i != TEXT && i != INTERP)
			program.segments[i] = program.segments[NOTE];
	offer_program(&program, "notes", 2);
}

/* All but the code may be anything */
static void with_random_bytes(unsigned int tries)
{
	srand(1);
	for (unsigned int i = 0; i < tries; i++) {
		union program program = *original();

		for (int changes = 1 + rand() % 3; changes > 0; changes--)
			program.bytes[(size_t)rand() % offsetof(union program, interpreter)] = (unsigned char)rand();
		offer_program(&program, "random bytes", i);
	}
}

int main(int argc, char **argv)
{
	if (argc != 3)
		return 64;
	path = argv[1];
	interpreter_path = argv[2];
	make_good(&good, interpreter_path);
	make_good(&good_interpreter, NULL);
	begin(false);
	offer("the good one", 0);
	if (ran != 1)
		errx(1, "the good program does not run");
	for (int interpreter = 0; interpreter < 2; interpreter++) {
		begin(interpreter);
		with_each_field_wrong();
		cut_off();
		with_overlaps();
		with_many_notes();
		with_random_bytes(200);
	}
	begin(false);
	offer("the good one", 0);
	printf("%d malformed programs: %d refused, %d died of a signal, %d ran\n", refused + died + ran + wrong, refused, died, ran);
	return wrong || refused < 100 || died < 100 || ran < 100;
}
