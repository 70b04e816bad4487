// SPDX-License-Identifier: GPL-2.0-or-later
#include "declared.h"

#include "common/cleanup.h"
#include "common/err.h"

#include <bpf/btf.h>
#include <dwarf.h>
#include <elfutils/libdwfl.h>
#include <errno.h>
#include <string.h>

/* No program declares so much for its names of the kernel; what a hostile file says may have no end. */
enum { DIES_MAX = 200000, STEPS_MAX = 64 };

/*
 * Each type of the debug information becomes one in the BTF; arrays of several
 * dimensions become several. What a type refers to is noted, and set when all
 * of it is there: types refer to each other in circles.
 */
struct conversion {
	struct declarations *out;
	bool (*wanted)(const char *name, void *context);
	void *context;
	struct known {
		const void *die; /* NULL: free */
		uint32_t id;
	} *known; /* hash table */
	size_t known_count, known_slots;
	struct reference {
		uint32_t id;
		int member; /* or -1 for what the type is made of */
		Dwarf_Die target;
	} *references; /* a queue, until the last is set */
	size_t reference_count;
	bool failed;
};

static struct known *find_known(struct known *known, size_t slots, const void *die)
{
	size_t at = ((uintptr_t)die * 0x9e3779b97f4a7c15u >> 20) & (slots - 1);

	while (known[at].die && known[at].die != die)
		at = (at + 1) & (slots - 1);
	return &known[at];
}

static void add_known(struct conversion *conversion, const Dwarf_Die *die, uint32_t id)
{
	if (conversion->known_count * 2 >= conversion->known_slots) {
		size_t slots = conversion->known_slots ? conversion->known_slots * 2 : 256;
		struct known *bigger = calloc(slots, sizeof(*bigger));

		if (!bigger) {
			conversion->failed = true;
			return;
		}
		for (size_t i = 0; i < conversion->known_slots; i++)
			if (conversion->known[i].die)
				*find_known(bigger, slots, conversion->known[i].die) = conversion->known[i];
		free(conversion->known);
		conversion->known = bigger;
		conversion->known_slots = slots;
	}
	*find_known(conversion->known, conversion->known_slots, die->addr) = (struct known){ die->addr, id };
	conversion->known_count++;
}

static bool has_type(Dwarf_Die *die, Dwarf_Die *ret)
{
	Dwarf_Attribute attribute;

	return dwarf_attr_integrate(die, DW_AT_type, &attribute) && dwarf_formref_die(&attribute, ret);
}

/* Nothing is noted for void. */
static void refer(struct conversion *conversion, uint32_t id, int member, Dwarf_Die *die)
{
	Dwarf_Die target;
	struct reference *bigger;

	if (!has_type(die, &target))
		return;
	bigger = conversion->reference_count < DIES_MAX ?
		reallocarray(conversion->references, conversion->reference_count + 1, sizeof(*bigger)) : NULL;
	if (!bigger) {
		conversion->failed = true;
		return;
	}
	conversion->references = bigger;
	bigger[conversion->reference_count++] = (struct reference){ id, member, target };
}

static uint64_t number(Dwarf_Die *die, unsigned int name, uint64_t missing)
{
	Dwarf_Attribute attribute;
	Dwarf_Word value;

	return dwarf_attr_integrate(die, name, &attribute) && dwarf_formudata(&attribute, &value) == 0 ? value : missing;
}

static bool flag(Dwarf_Die *die, unsigned int name)
{
	Dwarf_Attribute attribute;
	bool value;

	return dwarf_attr(die, name, &attribute) && dwarf_formflag(&attribute, &value) == 0 && value;
}

static const char *name_of(Dwarf_Die *die)
{
	return dwarf_diename(die);
}

/* What no kernel has, such as complex numbers, is so many bytes. */
static int add_odd(struct btf *btf, uint64_t size)
{
	return btf__add_struct(btf, NULL, size <= UINT32_MAX ? size : 0);
}

static int add_base(struct btf *btf, Dwarf_Die *die)
{
	uint64_t size = number(die, DW_AT_byte_size, 0), encoding = number(die, DW_AT_encoding, 0);

	if (encoding == DW_ATE_complex_float || !name_of(die) || !size || size > 16 || size & (size - 1))
		return add_odd(btf, size);
	switch (encoding) {
	case DW_ATE_float:
		return btf__add_float(btf, name_of(die), size);
	case DW_ATE_boolean:
		return btf__add_int(btf, name_of(die), size, BTF_INT_BOOL);
	case DW_ATE_signed:
	case DW_ATE_signed_char:
		return btf__add_int(btf, name_of(die), size, BTF_INT_SIGNED);
	}
	return btf__add_int(btf, name_of(die), size, 0);
}

/* How many elements a dimension has; 0 when it does not tell. */
static uint32_t length_of(Dwarf_Die *subrange)
{
	uint64_t count = number(subrange, DW_AT_count, UINT64_MAX);

	if (count == UINT64_MAX)
		count = number(subrange, DW_AT_upper_bound, UINT64_MAX) + 1;
	return count <= UINT32_MAX ? count : 0;
}

static int add_array(struct conversion *conversion, Dwarf_Die *die)
{
	struct btf *btf = conversion->out->btf;
	uint32_t lengths[8], count = 0;
	Dwarf_Die child;
	int first = 0, index, id;

	if (dwarf_child(die, &child) == 0)
		do
			if (dwarf_tag(&child) == DW_TAG_subrange_type && count < 8)
				lengths[count++] = length_of(&child);
		while (dwarf_siblingof(&child, &child) == 0);
	index = btf__add_int(btf, "__ARRAY_SIZE_TYPE__", 4, 0);
	if (count == 0)
		lengths[count++] = 0;
	/* The first is the outermost; each is made of what was added before it. */
	for (uint32_t i = count; i-- > 0; first = id) {
		id = btf__add_array(btf, index, first, lengths[i]);
		if (id > 0 && i == count - 1)
			refer(conversion, id, -1, die);
	}
	return first;
}

static bool is_static(Dwarf_Die *member)
{
	return flag(member, DW_AT_external) || flag(member, DW_AT_declaration);
}

static void add_member(struct conversion *conversion, uint32_t id, int position, bool is_union, Dwarf_Die *member)
{
	uint64_t bytes = number(member, DW_AT_data_member_location, 0), bits = number(member, DW_AT_bit_size, 0);
	uint64_t offset = number(member, DW_AT_data_bit_offset, bytes * 8);
	uint64_t storage = number(member, DW_AT_byte_size, 0), old = number(member, DW_AT_bit_offset, UINT64_MAX);

	/* As DWARF 3 counts the bits of little-endian machines. */
	if (old != UINT64_MAX && storage)
		offset = bytes * 8 + storage * 8 - old - bits;
	if (btf__add_field(conversion->out->btf, name_of(member), 0, is_union ? 0 : offset, bits) < 0)
		conversion->failed = true;
	else
		refer(conversion, id, position, member);
}

static int add_composite(struct conversion *conversion, Dwarf_Die *die, bool is_union)
{
	struct btf *btf = conversion->out->btf;
	uint64_t size = number(die, DW_AT_byte_size, 0);
	Dwarf_Die child;
	int id, position = 0;

	if (flag(die, DW_AT_declaration) || size > UINT32_MAX)
		return name_of(die) ? btf__add_fwd(btf, name_of(die), is_union ? BTF_FWD_UNION : BTF_FWD_STRUCT) :
			add_odd(btf, 0);
	id = is_union ? btf__add_union(btf, name_of(die), size) : btf__add_struct(btf, name_of(die), size);
	if (id < 0 || dwarf_child(die, &child) != 0)
		return id;
	do
		if ((dwarf_tag(&child) == DW_TAG_member && !is_static(&child)) || dwarf_tag(&child) == DW_TAG_inheritance)
			add_member(conversion, id, position++, is_union, &child);
	while (!conversion->failed && dwarf_siblingof(&child, &child) == 0);
	return id;
}

/* Without DW_AT_prototyped, nothing is said about the parameters; C++ has no such functions. */
static int add_prototype(struct conversion *conversion, Dwarf_Die *die)
{
	struct btf *btf = conversion->out->btf;
	int id = btf__add_func_proto(btf, 0), position = 0;
	Dwarf_Die child;

	if (id < 0)
		return id;
	refer(conversion, id, -1, die);
	if (dwarf_child(die, &child) != 0)
		return id;
	do {
		bool variadic = dwarf_tag(&child) == DW_TAG_unspecified_parameters;

		if (!variadic && dwarf_tag(&child) != DW_TAG_formal_parameter)
			continue;
		if (btf__add_func_param(btf, variadic ? NULL : name_of(&child), 0) < 0)
			conversion->failed = true;
		else if (!variadic)
			refer(conversion, id, position, &child);
		position++;
	} while (!conversion->failed && dwarf_siblingof(&child, &child) == 0);
	return id;
}

static int convert(struct conversion *conversion, Dwarf_Die *die)
{
	struct btf *btf = conversion->out->btf;
	int id;

	switch (dwarf_tag(die)) {
	case DW_TAG_base_type:
		return add_base(btf, die);
	case DW_TAG_structure_type:
	case DW_TAG_class_type:
		return add_composite(conversion, die, false);
	case DW_TAG_union_type:
		return add_composite(conversion, die, true);
	case DW_TAG_subroutine_type:
	case DW_TAG_subprogram:
		return add_prototype(conversion, die);
	case DW_TAG_array_type:
		return add_array(conversion, die);
	case DW_TAG_enumeration_type:
		/* The values do not matter. */
		id = btf__add_enum(btf, name_of(die), number(die, DW_AT_byte_size, 4));
		return id < 0 ? add_odd(btf, 0) : id;
	case DW_TAG_unspecified_type:
		return btf__add_typedef(btf, name_of(die) ?: "void", 0);
	case DW_TAG_typedef:
		id = btf__add_typedef(btf, name_of(die) ?: "unnamed", 0);
		break;
	case DW_TAG_const_type:
		id = btf__add_const(btf, 0);
		break;
	case DW_TAG_volatile_type:
	case DW_TAG_atomic_type:
		id = btf__add_volatile(btf, 0);
		break;
	case DW_TAG_restrict_type:
		id = btf__add_restrict(btf, 0);
		break;
	default: /* also references of C++ */
		id = btf__add_ptr(btf, 0);
		break;
	}
	if (id > 0)
		refer(conversion, id, -1, die);
	return id;
}

static uint32_t id_of(struct conversion *conversion, Dwarf_Die *die)
{
	const struct known *known = conversion->known_slots ?
		find_known(conversion->known, conversion->known_slots, die->addr) : NULL;
	int id;

	if (known && known->die)
		return known->id;
	id = convert(conversion, die);
	if (id < 0)
		conversion->failed = true;
	else
		add_known(conversion, die, id);
	return id < 0 ? 0 : id;
}

/* The BTF is our own, so what is in it may be changed. */
static void set_reference(struct btf *btf, uint32_t id, int member, uint32_t target)
{
	struct btf_type *type = (struct btf_type *)btf__type_by_id(btf, id);

	if (btf_is_array(type))
		btf_array(type)->type = target;
	else if (member < 0)
		type->type = target;
	else if (btf_is_composite(type))
		btf_members(type)[member].type = target;
	else
		btf_params(type)[member].type = target;
}

static void settle(struct conversion *conversion)
{
	/* Each may add more of them. */
	for (size_t i = 0; i < conversion->reference_count && !conversion->failed; i++) {
		struct reference reference = conversion->references[i];
		uint32_t target = id_of(conversion, &reference.target);

		if (!conversion->failed)
			set_reference(conversion->out->btf, reference.id, reference.member, target);
	}
	conversion->reference_count = 0;
}

/* libdw before 0.189 does not know that DWARF 5 counts files from 0. */
static const char *file_of(Dwarf_Die *die)
{
	const char *file = dwarf_decl_file(die);
	Dwarf_Files *files;
	Dwarf_Die unit;
	size_t count;

	if (!file && number(die, DW_AT_decl_file, UINT64_MAX) == 0 && dwarf_diecu(die, &unit, NULL, NULL) &&
			dwarf_getsrcfiles(&unit, &files, &count) == 0 && count)
		file = dwarf_filesrc(files, 0, NULL, NULL);
	return file;
}

/* The directory in which the compiler ran, or "". */
static const char *directory_of(Dwarf_Die *die)
{
	Dwarf_Attribute attribute;
	Dwarf_Die unit;

	return dwarf_diecu(die, &unit, NULL, NULL) && dwarf_attr(&unit, DW_AT_comp_dir, &attribute) ?
		dwarf_formstring(&attribute) ?: "" : "";
}

/* Where it is written: the file as the compiler was told it, and the line. */
static char *place_of(Dwarf_Die *die)
{
	const char *file = file_of(die), *directory = directory_of(die);
	size_t length = strlen(directory);
	char *place;
	int line;

	if (!file || dwarf_decl_line(die, &line) < 0 || line <= 0)
		return strdup("");
	if (length && strncmp(file, directory, length) == 0 && file[length] == '/')
		file += length + 1;
	if (strncmp(file, "./", 2) == 0)
		file += 2;
	return asprintf(&place, "%s:%d", file, line) < 0 ? NULL : place;
}

static bool is_told(const struct declarations *declarations, const char *name, const char *place)
{
	for (size_t i = 0; i < declarations->count; i++)
		if (strcmp(declarations->list[i].name, name) == 0 && strcmp(declarations->list[i].place, place) == 0)
			return true;
	return false;
}

static void add_declaration(struct conversion *conversion, Dwarf_Die *die, const char *name)
{
	struct declarations *out = conversion->out;
	struct declaration *bigger, one = { .name = strdup(name), .place = place_of(die),
		.variable = dwarf_tag(die) == DW_TAG_variable, .type.btf = out->btf };
	Dwarf_Die type;

	if (!one.name || !one.place) {
		conversion->failed = true;
	} else if (!is_told(out, name, one.place)) {
		if (!one.variable)
			one.type.id = id_of(conversion, die);
		else if (has_type(die, &type))
			one.type.id = id_of(conversion, &type);
		settle(conversion);
		bigger = reallocarray(out->list, out->count + 1, sizeof(*bigger));
		conversion->failed |= !bigger;
		out->list = bigger ?: out->list;
	} else {
		free(one.name);
		free(one.place);
		return;
	}
	if (conversion->failed) {
		free(one.name);
		free(one.place);
		return;
	}
	out->list[out->count++] = one;
}

static const char *linker_name(Dwarf_Die *die)
{
	Dwarf_Attribute attribute;

	if (dwarf_attr(die, DW_AT_linkage_name, &attribute) || dwarf_attr(die, DW_AT_MIPS_linkage_name, &attribute))
		return dwarf_formstring(&attribute);
	return name_of(die);
}

/* depth: declarations may stand in namespaces, and in functions. */
static void collect(struct conversion *conversion, Dwarf_Die *parent, int depth)
{
	Dwarf_Die child;

	if (depth >= STEPS_MAX || dwarf_child(parent, &child) != 0)
		return;
	do {
		int tag = dwarf_tag(&child);
		const char *name;

		if (tag == DW_TAG_namespace || tag == DW_TAG_lexical_block ||
				(tag == DW_TAG_subprogram && !flag(&child, DW_AT_declaration)))
			collect(conversion, &child, depth + 1);
		if ((tag != DW_TAG_subprogram && tag != DW_TAG_variable) || !flag(&child, DW_AT_declaration) ||
				!flag(&child, DW_AT_external))
			continue;
		name = linker_name(&child);
		if (name && conversion->wanted(name, conversion->context))
			add_declaration(conversion, &child, name);
	} while (!conversion->failed && dwarf_siblingof(&child, &child) == 0);
}

/* Nothing is to be looked for elsewhere. */
static int find_nothing(Dwfl_Module *module, void **data, const char *name, Dwarf_Addr base, const char *file,
	const char *link, GElf_Word checksum, char **ret)
{
	(void)module, (void)data, (void)name, (void)base, (void)file, (void)link, (void)checksum, (void)ret;
	return -1;
}

static bool has_debug_information(const void *bytes, size_t size)
{
	Elf *elf = elf_memory((char *)bytes, size);
	Elf_Scn *section = NULL;
	bool found = false;
	size_t names;

	if (elf && elf_getshdrstrndx(elf, &names) == 0)
		while (!found && (section = elf_nextscn(elf, section))) {
			GElf_Shdr header;
			const char *name = gelf_getshdr(section, &header) ? elf_strptr(elf, names, header.sh_name) : NULL;

			found = name && (strcmp(name, ".debug_info") == 0 || strcmp(name, ".zdebug_info") == 0);
		}
	elf_end(elf);
	return found;
}

static void read_units(struct conversion *conversion, Dwfl *dwfl, const char *name, void *bytes, size_t size)
{
	Dwfl_Module *module = dwfl_report_offline_memory(dwfl, name, name, bytes, size);
	Dwarf_Die *unit = NULL;
	Dwarf_Addr bias;

	dwfl_report_end(dwfl, NULL, NULL);
	while (module && !conversion->failed && (unit = dwfl_module_nextcu(module, unit, &bias)))
		collect(conversion, unit, 0);
}

int declarations_read(struct declarations *declarations, const char *name, const void *bytes, size_t size,
	bool (*wanted)(const char *name, void *context), void *context, struct kml_err *err)
{
	static const Dwfl_Callbacks callbacks = { .section_address = dwfl_offline_section_address,
		.find_debuginfo = find_nothing };
	struct conversion conversion = { .out = declarations, .wanted = wanted, .context = context };
	_cleanup_free_ void *copy = NULL;
	Dwfl *dwfl;

	if (!has_debug_information(bytes, size))
		return 0;
	/* libdwfl relocates in place. */
	copy = malloc(size);
	dwfl = dwfl_begin(&callbacks);
	if (!declarations->btf)
		declarations->btf = btf__new_empty();
	if (!copy || !dwfl || !declarations->btf) {
		dwfl_end(dwfl);
		return err_set(err, ENOMEM, "out of memory");
	}
	memcpy(copy, bytes, size);
	read_units(&conversion, dwfl, name, copy, size);
	dwfl_end(dwfl);
	free(conversion.known);
	free(conversion.references);
	return conversion.failed ? err_set(err, EINVAL, "%s: cannot make sense of its debug information", name) : 0;
}

void declarations_free(struct declarations *declarations)
{
	for (size_t i = 0; i < declarations->count; i++) {
		free(declarations->list[i].name);
		free(declarations->list[i].place);
	}
	free(declarations->list);
	btf__free(declarations->btf);
	*declarations = (struct declarations){};
}
