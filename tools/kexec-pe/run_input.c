// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * What kexec-pe run takes: files, and a machine's memory.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <arch/host/child.h>
#include <kexec_pe/checked.h>

#include <tools/kexec-pe/commands.h>
#include <tools/kexec-pe/run.h>

#define MEMORY_MIN 0x1000000ULL /* 16 MiB */
#define RAM_ATTRIBUTE \
	(EFI_MEMORY_UC | EFI_MEMORY_WC | EFI_MEMORY_WT | EFI_MEMORY_WB)

bool run_map_file(const char *path, const void **ret, u64 *ret_size)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	struct stat status;
	void *data;

	if (fd < 0 || fstat(fd, &status)) {
		complain("%s: %s", path, strerror(errno));
		if (fd >= 0)
			close(fd);
		return false;
	}
	if (!S_ISREG(status.st_mode) || !status.st_size) {
		complain("%s: %s", path,
			 S_ISREG(status.st_mode) ? "empty" :
						   "not a regular file");
		close(fd);
		return false;
	}
	data = mmap(NULL, (size_t)status.st_size, PROT_READ, MAP_PRIVATE, fd,
		    0);
	close(fd);
	if (data == MAP_FAILED) {
		complain("%s: %s", path, strerror(errno));
		return false;
	}
	*ret = data;
	*ret_size = (u64)status.st_size;
	return true;
}

void run_unmap_file(const void *data, u64 size)
{
	if (data)
		munmap((void *)data, size);
}

/* A number and its unit; moves @text behind them. */
static bool parse_number(const char **text, u64 *ret)
{
	static const char units[] = "KMGT";
	const char *unit;
	char *end;

	if (**text < '0' || **text > '9')
		return false;
	errno = 0;
	*ret = strtoull(*text, &end, 0);
	if (errno)
		return false;
	unit = *end ? strchr(units, *end) : NULL;
	if (unit) {
		if (!checked_mul(*ret, 1024ULL << 10 * (unit - units), ret))
			return false;
		end++;
	}
	*text = end;
	return true;
}

static bool inside(u64 address, u64 size, u64 start, u64 end)
{
	return range_inside(address, size, start, end - start);
}

static const char *add_claim(struct host_request *request, u64 address,
			     u64 size)
{
	u32 i;

	if ((address | size) & (EFI_PAGE_SIZE - 1) || !size)
		return "sizes and addresses are multiples of 4 KiB";
	if (!inside(address, size, HOST_LOW_START, HOST_LOW_END) &&
	    !inside(address, size, HOST_HIGH_START, HOST_HIGH_END))
		return "memory can be at 1 MiB to 2 GiB less 64 KiB, or from 32 TiB on";
	if (request->memory_count == HOST_CLAIMS_MAX)
		return "too many ranges";
	for (i = 0; i < request->memory_count; i++) {
		if (address < request->memory[i].address +
				      request->memory[i].size &&
		    request->memory[i].address < address + size)
			return "ranges overlap";
	}
	request->memory[request->memory_count++] = (struct handoff_memory){
		.address = address,
		.size = size,
		.type = EFI_CONVENTIONAL_MEMORY,
		.attribute = RAM_ATTRIBUTE,
	};
	return NULL;
}

/* Half of it low, as far as there is room. */
static const char *usual_layout(struct host_request *request, u64 size)
{
	u64 low = size / 2 & ~(EFI_PAGE_SIZE - 1);
	const char *wrong;

	if (size < MEMORY_MIN)
		return "that is less than 16 MiB";
	if (low > HOST_LOW_END - HOST_LOW_START)
		low = HOST_LOW_END - HOST_LOW_START;
	wrong = add_claim(request, HOST_LOW_START, low);
	return wrong ? wrong : add_claim(request, HOST_HIGH_START, size - low);
}

const char *run_parse_memory(const char *text, struct host_request *request)
{
	const char *wrong = NULL;
	u64 size, address;

	request->memory_count = 0;
	if (parse_number(&text, &size) && !*text)
		return usual_layout(request, size);
	while (!wrong) {
		if (*text++ != '@' || !parse_number(&text, &address))
			return "it is SIZE or SIZE@ADDRESS[,SIZE@ADDRESS...]";
		wrong = add_claim(request, address, size);
		if (wrong || !*text)
			break;
		if (*text++ != ',' || !parse_number(&text, &size))
			return "it is SIZE or SIZE@ADDRESS[,SIZE@ADDRESS...]";
	}
	return wrong;
}
