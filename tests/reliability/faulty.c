/* A disk that fails when told: wraps the calls of the C library that touch files below one folder, and lets the n-th
 * fail. Loaded with LD_PRELOAD; faults.py drives it. Every writer is met, those in C++ libraries too. */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/types.h>
#include <unistd.h>

#define MOST_FILES 65536
#define REAL(name) ((__typeof__(&name))dlsym(RTLD_NEXT, #name))

static char root[4096];
static long calls, from, until; /* numbers of the calls that fail; none while from is 0 */
static int code;
static char failed[64];
enum { READ = 1, WRITTEN };
static unsigned char ours[MOST_FILES]; /* how files below the folder are open */

void faulty_arm(const char *folder, long first, long last, int number)
{
    snprintf(root, sizeof root, "%s/", folder);
    calls = 0, from = first, until = last, code = number, failed[0] = 0;
}

long faulty_disarm(char *name, size_t size)
{
    snprintf(name, size, "%s", failed);
    from = 0;
    return calls;
}

static int below(int folder, const char *path)
{
    char whole[8192] = "", link[64];
    ssize_t size;
    if (!from || !path) return 0;
    if (path[0] != '/') {
        if (folder == AT_FDCWD) {
            if (!getcwd(whole, 4096)) return 0;
        } else {
            snprintf(link, sizeof link, "/proc/self/fd/%d", folder);
            size = readlink(link, whole, 4096);
            if (size < 0) return 0;
            whole[size] = 0;
        }
        strcat(whole, "/");
    }
    strncat(whole, path, 4000);
    return strncmp(whole, root, strlen(root)) == 0;
}

/* A full disk still lets files be read and removed. */
static int needs_room(const char *name)
{
    return !strcmp(name, "open to write") || !strcmp(name, "write") || !strcmp(name, "fsync") ||
           !strcmp(name, "close") || !strcmp(name, "mkdir") || !strcmp(name, "link") || !strcmp(name, "rename");
}

static int fails(const char *name)
{
    if ((code == ENOSPC || code == EDQUOT) && !needs_room(name)) return 0;
    calls++;
    if (calls < from || calls > until) return 0;
    if (!failed[0]) snprintf(failed, sizeof failed, "%s", name);
    errno = code;
    return 1;
}

static int keep(int file, int own, int flags)
{
    if (file >= 0 && file < MOST_FILES) ours[file] = !own ? 0 : (flags & O_ACCMODE) == O_RDONLY ? READ : WRITTEN;
    return file;
}

static int has(int file) { return from && file >= 0 && file < MOST_FILES ? ours[file] : 0; }

#define OPEN(name)                                                                                                     \
    int name(const char *path, int flags, ...)                                                                         \
    {                                                                                                                  \
        va_list more;                                                                                                  \
        va_start(more, flags);                                                                                         \
        mode_t mode = va_arg(more, mode_t);                                                                            \
        va_end(more);                                                                                                  \
        int own = below(AT_FDCWD, path);                                                                               \
        if (own && fails((flags & O_ACCMODE) == O_RDONLY ? "open to read" : "open to write")) return -1;               \
        return keep(REAL(name)(path, flags, mode), own, flags);                                                               \
    }
OPEN(open)
OPEN(open64)

#define OPENAT(name)                                                                                                   \
    int name(int folder, const char *path, int flags, ...)                                                             \
    {                                                                                                                  \
        va_list more;                                                                                                  \
        va_start(more, flags);                                                                                         \
        mode_t mode = va_arg(more, mode_t);                                                                            \
        va_end(more);                                                                                                  \
        int own = below(folder, path);                                                                                 \
        if (own && fails((flags & O_ACCMODE) == O_RDONLY ? "open to read" : "open to write")) return -1;               \
        return keep(REAL(name)(folder, path, flags, mode), own, flags);                                                       \
    }
OPENAT(openat)
OPENAT(openat64)

int close(int file)
{
    int own = has(file);
    if (file >= 0 && file < MOST_FILES) ours[file] = 0;
    int done = REAL(close)(file); /* the file is closed even where its last data cannot be written */
    return own && fails(own == READ ? "close after reading" : "close") ? -1 : done;
}

ssize_t write(int file, const void *data, size_t size)
{
    if (has(file) && fails("write")) {
        if (code == ENOSPC && size > 1) REAL(write)(file, data, size / 2), errno = code; /* as much as there is room for */
        return -1;
    }
    return REAL(write)(file, data, size);
}

ssize_t sendfile64(int out, int in, off64_t *at, size_t size)
{
    if (has(out) && fails("write")) return -1;
    return ((ssize_t(*)(int, int, off64_t *, size_t))dlsym(RTLD_NEXT, "sendfile64"))(out, in, at, size);
}

#define OF_FILE(name, what, more, given)                                                                               \
    int name(int file more)                                                                                            \
    {                                                                                                                  \
        return has(file) && fails(what) ? -1 : REAL(name)(file given);                                                 \
    }
#define AND(...) , __VA_ARGS__
OF_FILE(fsync, "fsync", , )
OF_FILE(fdatasync, "fsync", , )
OF_FILE(fchmod, "chmod", AND(mode_t mode), AND(mode))

#define OF_PATH(name, what, more, given)                                                                               \
    int name(const char *path more)                                                                                    \
    {                                                                                                                  \
        return below(AT_FDCWD, path) && fails(what) ? -1 : REAL(name)(path given);                                     \
    }
OF_PATH(mkdir, "mkdir", AND(mode_t mode), AND(mode))
OF_PATH(chmod, "chmod", AND(mode_t mode), AND(mode))
OF_PATH(unlink, "unlink", , )
OF_PATH(rmdir, "rmdir", , )

int unlinkat(int folder, const char *path, int flags)
{
    return below(folder, path) && fails("unlink") ? -1 : REAL(unlinkat)(folder, path, flags);
}

#define OF_TWO(name, what)                                                                                             \
    int name(const char *path, const char *to)                                                                         \
    {                                                                                                                  \
        return (below(AT_FDCWD, path) || below(AT_FDCWD, to)) && fails(what) ? -1 : REAL(name)(path, to);              \
    }
OF_TWO(rename, "rename")

int renameat2(int folder, const char *path, int other, const char *to, unsigned flags)
{
    return (below(folder, path) || below(other, to)) && fails("rename")
               ? -1
               : ((int (*)(int, const char *, int, const char *, unsigned))dlsym(RTLD_NEXT, "renameat2"))(
                     folder, path, other, to, flags);
}
OF_TWO(link, "link")
OF_TWO(symlink, "symlink")
