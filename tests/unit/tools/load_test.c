// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Tests of tools/kexec-pe/load.c and exec.c against a kernel of our own: the
 * three functions of syscalls.h below, which write down what they were given.
 */
// sources: tools/kexec-pe/load.c tools/kexec-pe/exec.c
// sources: tools/kexec-pe/cmdline.c tools/kexec-pe/errors.c
// sources: tools/kexec-pe/files.c tools/kexec-pe/kmsg.c
// sources: tools/kexec-pe/policy.c tests/unit/tools/tree.c

#include <errno.h>
#include <stdlib.h>
#include <unistd.h>
#include <unit.h>

#include <tools/kexec-pe/commands.h>
#include <tools/kexec-pe/syscalls.h>

#include "tree.h"

static struct {
	int error; /* to be answered; 0: success */
	bool may_boot;
	int loads;
	int reboots;
	char kernel[16]; /* content of the file */
	char initrd[16];
	bool has_cmdline;
	char cmdline[64];
	unsigned long flags;
} kernel;

static void copy_content(int fd, char *ret)
{
	ssize_t got = fd < 0 ? 0 : pread(fd, ret, 15, 0);

	ret[got < 0 ? 0 : got] = '\0';
}

int sys_kexec_file_load(int kernel_fd, int initrd_fd, const char *cmdline,
			unsigned long flags)
{
	kernel.loads++;
	kernel.flags = flags;
	kernel.has_cmdline = cmdline;
	if (cmdline)
		snprintf(kernel.cmdline, sizeof(kernel.cmdline), "%s", cmdline);
	copy_content(kernel_fd, kernel.kernel);
	copy_content(initrd_fd, kernel.initrd);
	errno = kernel.error;
	return kernel.error ? -1 : 0;
}

int sys_reboot_kexec(void)
{
	kernel.reboots++;
	errno = kernel.error;
	return -1;
}

bool sys_may_boot(void)
{
	return kernel.may_boot;
}

static char file[128], initrd[128], empty[128];

static void start(int error)
{
	const char *root = tree_make();

	tree_text("/image.efi", "MZ image");
	tree_text("/initrd", "cpio");
	tree_text("/empty", "");
	snprintf(file, sizeof(file), "%s/image.efi", root);
	snprintf(initrd, sizeof(initrd), "%s/initrd", root);
	snprintf(empty, sizeof(empty), "%s/empty", root);
	memset(&kernel, 0, sizeof(kernel));
	kernel.error = error;
	kernel.may_boot = true;
}

static char complaints[4096];

/* Runs a command with up to four arguments and keeps what it complains of. */
static int run(int (*command)(int argc, char **argv), const char *a,
	       const char *b, const char *c, const char *d)
{
	char *argv[] = { (char *)"name", (char *)a, (char *)b,
			 (char *)c,	 (char *)d, NULL };
	int argc = 1, result, saved = dup(STDERR_FILENO);
	FILE *to = tmpfile();
	size_t got;

	while (argv[argc])
		argc++;
	dup2(fileno(to), STDERR_FILENO);
	result = command(argc, argv);
	fflush(stderr);
	dup2(saved, STDERR_FILENO);
	close(saved);
	rewind(to);
	got = fread(complaints, 1, sizeof(complaints) - 1, to);
	complaints[got] = '\0';
	fclose(to);
	return result;
}

UNIT_TEST(load_gives_the_file_as_it_is)
{
	start(0);
	EXPECT_EQ(run(command_load, file, NULL, NULL, NULL), STATUS_DONE);
	EXPECT_EQ(kernel.loads, 1);
	EXPECT_STR_EQ(kernel.kernel, "MZ image");
	EXPECT_EQ(kernel.flags, KEXEC_FILE_NO_INITRAMFS);
	EXPECT_FALSE(kernel.has_cmdline);
	EXPECT_STR_EQ(complaints, "");
	tree_remove();
}

UNIT_TEST(load_with_initrd_and_append)
{
	start(0);
	EXPECT_EQ(run(command_load, "--initrd", initrd, "--append=a b", file),
		  STATUS_DONE);
	EXPECT_STR_EQ(kernel.initrd, "cpio");
	EXPECT_STR_EQ(kernel.cmdline, "a b");
	EXPECT_EQ(kernel.flags, 0);
	tree_remove();
}

UNIT_TEST(an_empty_append_is_no_command_line)
{
	start(0);
	EXPECT_EQ(run(command_load, "--append=", file, NULL, NULL),
		  STATUS_DONE);
	EXPECT_FALSE(kernel.has_cmdline);
	tree_remove();
}

UNIT_TEST(load_for_a_panic_with_debug)
{
	start(0);
	EXPECT_EQ(run(command_load, "--panic", "--debug", file, NULL),
		  STATUS_DONE);
	EXPECT_EQ(kernel.flags, KEXEC_FILE_NO_INITRAMFS | KEXEC_FILE_ON_CRASH |
					KEXEC_FILE_DEBUG);
	tree_remove();
}

UNIT_TEST(reuse_gives_the_running_command_line)
{
	start(0);
	EXPECT_EQ(run(command_load, "--reuse-cmdline", file, NULL, NULL),
		  STATUS_DONE);
	EXPECT_FALSE(strchr(kernel.cmdline, '\n'));
	EXPECT_FALSE(strstr(kernel.cmdline, "BOOT_IMAGE="));
	tree_remove();
}

UNIT_TEST(a_refusal_is_explained)
{
	start(EKEYREJECTED);
	EXPECT_EQ(run(command_load, file, NULL, NULL, NULL), STATUS_REFUSED);
	EXPECT_TRUE(strstr(complaints, "EKEYREJECTED"));
	EXPECT_TRUE(strstr(complaints, file));
	EXPECT_TRUE(strstr(complaints, "does not belong to the file"));
	EXPECT_TRUE(strstr(complaints, "look: "));
	kernel.error = EPERM;
	kernel.may_boot = false;
	EXPECT_EQ(run(command_load, file, NULL, NULL, NULL), STATUS_REFUSED);
	EXPECT_TRUE(strstr(complaints, "CAP_SYS_BOOT"));
	tree_remove();
}

UNIT_TEST(an_errno_of_the_kernel_alone_has_a_name)
{
	start(524);
	EXPECT_EQ(run(command_load, file, NULL, NULL, NULL), STATUS_REFUSED);
	EXPECT_TRUE(strstr(complaints, "ENOTSUPP"));
	tree_remove();
}

UNIT_TEST(unusable_files_never_reach_the_kernel)
{
	start(0);
	EXPECT_EQ(run(command_load, "/nonexistent/file", NULL, NULL, NULL),
		  STATUS_USAGE);
	EXPECT_TRUE(strstr(complaints, "No such file"));
	EXPECT_EQ(run(command_load, "/dev/null", NULL, NULL, NULL),
		  STATUS_USAGE);
	EXPECT_TRUE(strstr(complaints, "not a regular file"));
	EXPECT_EQ(run(command_load, empty, NULL, NULL, NULL), STATUS_USAGE);
	EXPECT_TRUE(strstr(complaints, "empty"));
	EXPECT_EQ(run(command_load, "--initrd", "/nonexistent/file", file,
		      NULL),
		  STATUS_USAGE);
	EXPECT_EQ(kernel.loads, 0);
	tree_remove();
}

UNIT_TEST(wrong_usage_never_reaches_the_kernel)
{
	start(0);
	EXPECT_EQ(run(command_load, NULL, NULL, NULL, NULL), STATUS_USAGE);
	EXPECT_EQ(run(command_load, file, file, NULL, NULL), STATUS_USAGE);
	EXPECT_EQ(run(command_load, "--nonsense", file, NULL, NULL),
		  STATUS_USAGE);
	EXPECT_EQ(run(command_load, "--append=a", "--reuse-cmdline", file,
		      NULL),
		  STATUS_USAGE);
	EXPECT_EQ(run(command_unload, file, NULL, NULL, NULL), STATUS_USAGE);
	EXPECT_EQ(run(command_exec, file, NULL, NULL, NULL), STATUS_USAGE);
	EXPECT_EQ(kernel.loads, 0);
	EXPECT_EQ(kernel.reboots, 0);
	tree_remove();
}

UNIT_TEST(unload)
{
	start(0);
	EXPECT_EQ(run(command_unload, NULL, NULL, NULL, NULL), STATUS_DONE);
	EXPECT_EQ(kernel.flags, KEXEC_FILE_UNLOAD);
	EXPECT_EQ(run(command_unload, "--panic", NULL, NULL, NULL),
		  STATUS_DONE);
	EXPECT_EQ(kernel.flags, KEXEC_FILE_UNLOAD | KEXEC_FILE_ON_CRASH);
	kernel.error = EBUSY;
	EXPECT_EQ(run(command_unload, NULL, NULL, NULL, NULL), STATUS_REFUSED);
	EXPECT_TRUE(strstr(complaints, "under way"));
	tree_remove();
}

UNIT_TEST(exec_that_comes_back_is_a_refusal)
{
	start(EINVAL);
	EXPECT_EQ(run(command_exec, NULL, NULL, NULL, NULL), STATUS_REFUSED);
	EXPECT_EQ(kernel.reboots, 1);
	EXPECT_TRUE(strstr(complaints, "nothing is loaded"));
	tree_remove();
}
