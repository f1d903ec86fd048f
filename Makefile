# The build is CMake; these are its usual words.
.PHONY: all dev asan tsan fuzz release test quick clean

all: dev

dev asan tsan fuzz release:
	cmake --preset $@ && cmake --build --preset $@

test:
	./test

quick:
	./test --quick

clean:
	rm -rf build/dev build/asan build/tsan build/fuzz build/release
