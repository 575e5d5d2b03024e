#include "command_line.hpp"

int main(int argc, char** argv) { return lookahead_main(argc, argv); }
