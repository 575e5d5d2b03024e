#pragma once

// The whole program: reads the arguments, runs the command, returns the exit code. The one name that
// liblookahead.so shows.
extern "C" [[gnu::visibility("default")]] int lookahead_main(int argc, char** argv);
