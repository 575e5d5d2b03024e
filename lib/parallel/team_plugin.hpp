#pragma once
#include <cstddef>

// What a plugin for an MPI offers, in C, as it may be compiled by another compiler than the program. Every
// function returns when its work is done; an MPI that cannot do it ends the process.
extern "C" {

struct lookahead_team_plugin {
  int version;  // lookahead_team_version
  int rank, size;
  const char* mpi;  // name and version of the MPI
  // The machine of a rank.
  const char* (*host)(int rank);
  // A rank that has waited for so long tells the others so, and when it goes on; 30 s where this is not called.
  void (*tell_after)(double seconds);
  // Whether a rank has told that it waits; asked from any thread. Known to ranks that wait themselves.
  int (*waits)(int rank);
  // The bytes stay as they are until settle() returns; those that are expected are there when it returns.
  void (*post)(int to, const char* bytes, std::size_t size);
  void (*expect)(int from, char* bytes, std::size_t size);
  void (*settle)(void);
  void (*receive)(int from, char* bytes, std::size_t size);
  // A rank from which a message is there, or -1; at once.
  int (*next_sender)(void);
  void (*broadcast)(int from, char* bytes, std::size_t size);
  // Once, at the end of every rank.
  void (*leave)(void);
  // Ends all ranks with this exit code.
  void (*abort)(int code);
};

// The one function of a plugin, "lookahead_team_join": joins the processes that the launcher has started.
typedef const lookahead_team_plugin* (*lookahead_team_join_function)(void);
}

inline constexpr int lookahead_team_version = 4;
