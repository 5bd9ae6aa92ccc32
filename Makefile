# make              build/dmalab (installs nothing)
# make demo         the whole way on this machine: packages, kernel, base, fix, verdict
# make check        all tests; ends with "N passed, N failed"
# make check-lab    those of them that have a LAVA server, boards and compile nodes; as root
# make soak         the long ones
# make matrix       every design of the fix on every target, and the table of patches/README.md
# make bench        seconds by hand, seconds by dmalab, ratio
# make bench-console  how fast consoles are read, next to grep
# make bench-mail   mails a second, next to git cat-file
# make bench-ingest the same from a public-inbox to series in the store
# make bench-bisect how often the search for a guilty commit is right, and what it costs
# make bench-series what a patch of a series costs, next to building it by hand and to a whole build
# make bench-dashboard  how fast questions and pages are on a store of 10 million results
# make bench-lab    what jobs on a LAVA server cost here, by how many there are; as root
# make install, make uninstall   with PREFIX, DESTDIR, sysconfdir, unitdir; see docs/operations.md
# make format       clang-format over everything in C
# make SANITIZE=address,undefined …   instrumented, in build/san
CSTD     := -std=c17
WARN     := -Wall -Wextra -Wshadow -Wformat=2 -Wstrict-prototypes \
            -Wmissing-prototypes -Wvla -Wwrite-strings -Wundef -Werror
B        ?= build
VERSION  := $(shell cat VERSION)
CPPFLAGS += -D_GNU_SOURCE -D_FILE_OFFSET_BITS=64 -Iagent -MMD -MP \
            -DDMALAB_VERSION='"$(VERSION)"'
CFLAGS   ?= -O2 -g
HOSTCC   ?= $(CC)
ifdef SANITIZE
B        := build/san
CFLAGS   += -fsanitize=$(SANITIZE) -fno-sanitize-recover=all -fno-omit-frame-pointer
LDFLAGS  += -fsanitize=$(SANITIZE)
endif
LIBS     := -lsqlite3 -ljansson -lfyaml -lzstd -lnettle -lseccomp -lsmartcols -lsystemd -lhs -lcurl -lmicrohttpd -lz -lm \
            $(shell pkg-config --libs gmime-3.0 libxml-2.0)
GMIME    := $(patsubst -I%,-isystem %,$(shell pkg-config --cflags gmime-3.0))
LIBXML   := $(patsubst -I%,-isystem %,$(shell pkg-config --cflags libxml-2.0))
SRC      := $(filter-out agent/cli/%,$(wildcard agent/*/*.c agent/stage/*/*.c))
CLI      := $(patsubst %.c,$(B)/%.o,$(wildcard agent/cli/*.c))
LIB      := $(B)/libdmalab.a
TESTS    := $(patsubst tests/unit/%.c,$(B)/tests/unit/%,$(wildcard tests/unit/test_*.c))
FUZZ     := $(patsubst fuzz/%.c,$(B)/fuzz/%,$(wildcard fuzz/fuzz_*.c))
HDRS     := $(wildcard agent/*/*.h agent/stage/*/*.h)
C_FILES  := $(wildcard agent/*/*.[ch] agent/stage/*/*.[ch] agent/console/host/*.c tests/unit/*.[ch] fuzz/*.[ch])

all: $(B)/dmalab
$(B)/dmalab: $(CLI) $(LIB)
	$(CC) $(LDFLAGS) -o $@ $^ $(LIBS)
$(LIB): $(SRC:%.c=$(B)/%.o)
	@rm -f $@
	ar rcs $@ $^
$(B)/tests/unit/test_%: $(B)/tests/unit/test_%.o $(LIB)
	$(CC) $(LDFLAGS) -o $@ $^ -lcmocka $(LIBS)
$(B)/fuzz/fuzz_%: $(B)/fuzz/fuzz_%.o $(B)/fuzz/replay.o $(LIB)
	$(CC) $(LDFLAGS) -o $@ $^ $(LIBS)
# a fuzzer, not the replay of its corpus: clang's libFuzzer over everything that it reaches
$(B)/libfuzzer/%: fuzz/fuzz_%.c $(SRC) $(B)/console/literals.h $(B)/console/classes.h
	@mkdir -p $(@D)
	clang $(CSTD) $(WARN) $(CPPFLAGS) -O1 -g -fsanitize=fuzzer,address,undefined $(GMIME) $(LIBXML) -I$(B) -MF $@.d -o $@ \
		$(filter %.c,$^) $(LIBS)
$(B)/%.o: %.c
	@mkdir -p $(@D)
	$(CC) $(CSTD) $(WARN) $(CPPFLAGS) $(CFLAGS) -c -o $@ $<
# tables that the build makes, and not each start: what a console is searched for, what functions do
$(B)/console/%.h: agent/console/host/%.c
	@mkdir -p $(@D)
	$(HOSTCC) $(CSTD) $(WARN) -D_GNU_SOURCE -Iagent -o $(@D)/$* $(filter %.c,$^) -lhs
	$(@D)/$* >$@.new
	mv $@.new $@
$(B)/console/literals.h: agent/console/oops_literal.c agent/console/prefilter.c agent/base/mem.c
$(B)/console/classes.h: agent/console/oops_class.h agent/console/oops_class_entry.h
$(B)/agent/console/oops_scan.o: $(B)/console/literals.h
$(B)/agent/console/oops_class.o: $(B)/console/classes.h
$(B)/agent/console/oops_scan.o $(B)/agent/console/oops_class.o: CPPFLAGS += -I$(B)
$(B)/agent/mail/decode.o $(B)/agent/mail/encode.o: CPPFLAGS += $(GMIME)
$(B)/agent/html/html.o $(B)/fuzz/fuzz_html.o: CPPFLAGS += $(LIBXML)
$(B)/agent/store/sql.o: $(wildcard db/*/*.sql)
$(B)/agent/web/static.o: $(wildcard agent/web/static/*)

tests: $(TESTS) $(FUZZ)
hdr-check: $(HDRS:%=$(B)/%.ok)
$(B)/%.h.ok: %.h
	@mkdir -p $(@D)
	@echo '#include "$*.h"' | $(CC) $(CSTD) $(WARN) -D_GNU_SOURCE -I. -Iagent -xc -c -o /dev/null -
	@touch $@
format:
	clang-format -i $(C_FILES)
check:
	tools/check.sh
check-lab:
	tools/check.sh packages program kernel scale lab-server lab-doc board-jobs lab-health lab-verdicts lab-faults
soak:
	tools/soak.sh
demo:
	tools/demo.sh
matrix: all
	tools/matrix.sh
bench:
	bench/bench.sh
bench-console: all
	bench/console.sh
bench-mail:
	bench/mail.sh
bench-ingest: all
	bench/ingest.sh
bench-series: all
	bench/series.sh
bench-lab: all
	bench/lab.sh
$(B)/bench/bisect: bench/bisect.c $(LIB)
	@mkdir -p $(@D)
	$(CC) $(CSTD) $(WARN) $(CPPFLAGS) $(CFLAGS) -o $@ $^ -lm
bench-bisect: $(B)/bench/bisect
	$<
DASHBOARD := $(B)/bench/dashboard $(B)/bench/dashboard_writer $(B)/bench/bare
$(DASHBOARD): $(B)/bench/%: $(B)/bench/%.o $(LIB)
	$(CC) $(LDFLAGS) -o $@ $^ $(LIBS)
bench-dashboard: all $(DASHBOARD)
	B=$(B) bench/dashboard.sh
PREFIX     ?= /usr/local
sysconfdir ?= /etc
unitdir    ?= /usr/lib/systemd/system
INSTALL     = PREFIX='$(PREFIX)' DESTDIR='$(DESTDIR)' sysconfdir='$(sysconfdir)' unitdir='$(unitdir)' packaging/install.sh
install: all
	$(INSTALL) install $(B)/dmalab
uninstall:
	$(INSTALL) uninstall $(B)/dmalab
clean:
	rm -rf build
.PHONY: all tests hdr-check format check check-lab soak demo matrix bench bench-console bench-mail bench-ingest bench-series bench-lab bench-bisect bench-dashboard install uninstall clean
.SECONDARY:
-include $(shell find $(B) -name '*.d' 2>/dev/null)
