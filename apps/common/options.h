// Command-line flags of a benchmark application.
//
// The same command line also carries flags of Legion, Realm and the mapper, so the parser must
// tell foreign flags from misspelled ones: theirs contain a colon (-ll:cpu 2, -lg:prof 1), except
// for the few of Realm's logger. A mistake costs one sentence and exit code 2, and no start of
// Legion.
#pragma once

#include <cerrno>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <string>
#include <vector>

namespace app {

class Options {
 public:
  explicit Options(const char* program) : program_(program) {}

  // A flag with an integer value of at least `least`. The variable holds the default.
  Options& number(const char* flag, int64_t& value, int64_t least, const char* help)
  {
    flags_.push_back({flag, help, &value, least, nullptr, nullptr});
    return *this;
  }

  // A flag with a positive real value.
  Options& real(const char* flag, double& value, const char* help)
  {
    flags_.push_back({flag, help, nullptr, 0, &value, nullptr});
    return *this;
  }

  // A flag without a value.
  Options& toggle(const char* flag, bool& value, const char* help)
  {
    flags_.push_back({flag, help, nullptr, 0, nullptr, &value});
    return *this;
  }

  // A flag whose value is one of some words.
  Options& word(const char* flag, std::string& value, const std::vector<std::string>& choices,
                const char* help)
  {
    flags_.push_back({flag, help, nullptr, 0, nullptr, nullptr, &value, choices});
    return *this;
  }

  // Reads the command line into the variables; does not return if it is wrong.
  void parse(int argc, char** argv) const
  {
    for (int at = 1; at < argc; at++) {
      const std::string word = argv[at];
      if (word == "-h" || word == "-help" || word == "--help") print_help();
      if (is_foreign(word)) {
        if (at + 1 < argc && argv[at + 1][0] != '-') at++;
        continue;
      }
      const Flag* flag = find(word);
      if (flag == nullptr) fail("unknown argument '" + word + "'; -help lists the flags");
      if (flag->toggle != nullptr) {
        *flag->toggle = true;
        continue;
      }
      if (++at == argc) fail("flag " + word + " needs a value");
      read(*flag, argv[at]);
    }
  }

  // Ends the program with one sentence about the command line.
  [[noreturn]] void fail(const std::string& sentence) const
  {
    std::fprintf(stderr, "%s: %s\n", program_, sentence.c_str());
    std::exit(2);
  }

 private:
  struct Flag {
    const char* name;
    const char* help;
    int64_t* number;
    int64_t least;
    double* real;
    bool* toggle;
    std::string* word = nullptr;
    std::vector<std::string> choices = {};
  };

  static bool is_foreign(const std::string& word)
  {
    if (word.empty() || word[0] != '-') return false;
    return word.find(':') != std::string::npos || word == "-level" || word == "-logfile" ||
           word == "-cat" || word == "-errlevel";
  }

  const Flag* find(const std::string& word) const
  {
    for (const Flag& flag : flags_)
      if (word == flag.name) return &flag;
    return nullptr;
  }

  void read(const Flag& flag, const char* text) const
  {
    const std::string name = flag.name;
    char* end = nullptr;
    errno = 0;
    if (flag.word != nullptr) {
      std::string known;
      for (const std::string& choice : flag.choices) {
        known += (known.empty() ? "" : ", ") + choice;
        if (choice == text) *flag.word = choice;
      }
      if (*flag.word != text) fail("flag " + name + " needs one of " + known + ", not '" + text + "'");
    } else if (flag.number != nullptr) {
      const int64_t value = std::strtoll(text, &end, 10);
      if (end == text || *end != '\0' || errno == ERANGE)
        fail("flag " + name + " needs an integer, not '" + text + "'");
      if (value < flag.least)
        fail("flag " + name + " must be at least " + std::to_string(flag.least));
      *flag.number = value;
    } else {
      const double value = std::strtod(text, &end);
      if (end == text || *end != '\0' || !(value > 0) || value > 1e300)
        fail("flag " + name + " needs a positive number, not '" + text + "'");
      *flag.real = value;
    }
  }

  [[noreturn]] void print_help() const
  {
    std::printf("usage: %s [flags] [Legion flags]\n", program_);
    for (const Flag& flag : flags_) {
      std::printf("  %-10s %s", flag.name, flag.help);
      if (flag.number != nullptr) std::printf(" (%lld)", static_cast<long long>(*flag.number));
      if (flag.real != nullptr) std::printf(" (%g)", *flag.real);
      if (flag.word != nullptr) std::printf(" (%s)", flag.word->c_str());
      std::printf("\n");
    }
    std::exit(0);
  }

  const char* program_;
  std::vector<Flag> flags_;
};

}  // namespace app
