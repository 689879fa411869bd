"""The table of diagnostic codes: each is declared here, once, and never reused.

1xx to 5xx are the language's (its reference, section 12); 6xx say what happened in a build or a
run, 7xx what is wrong with the tools, 8xx what is wrong with applications, machines and runs.
"""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Code:
    """A stable diagnostic code with its one-line condition."""

    id: str
    summary: str

    @property
    def number(self) -> int:
        """The number in the code."""
        return int(self.id.removeprefix("MAP"))


CODES: dict[str, Code] = {}


def _code(number: int, summary: str) -> Code:
    """Declare one code; declaring a number twice is a bug."""
    code = Code(f"MAP{number}", summary)
    assert code.id not in CODES, code.id
    CODES[code.id] = code
    return code


# 1xx: characters, words, grammar
UNEXPECTED_CHARACTER = _code(101, "unexpected character")
NOT_UTF8 = _code(102, "file is not valid UTF-8")
UNTERMINATED_STRING = _code(103, "unterminated string")
INTEGER_TOO_LARGE = _code(104, "integer literal does not fit 64 bits")
EMPTY_NAME = _code(105, "empty name")
MALFORMED_NUMBER = _code(106, "malformed number")
NESTED_TOO_DEEPLY = _code(107, "expression nested too deeply")
UNEXPECTED_TOKEN = _code(110, "unexpected token")
MISSING_SEMICOLON = _code(111, "missing `;`")
EMPTY_STATEMENT = _code(112, "empty statement")
MISPLACED_UNPACK = _code(113, "unpack misplaced, or its operand needs parentheses")
BARE_STAR = _code(114, "bare `*` outside a subscript")
RESERVED_WORD = _code(115, "word cannot be the name of a variable, parameter or function")
UNKNOWN_STATEMENT = _code(116, "unknown statement word")
EMPTY_TUPLE = _code(117, "empty tuple literal")
COLON_AFTER_HEAD = _code(118, "function head followed by `:` instead of `{`")
STATEMENT_IN_FUNCTION = _code(119, "policy statement or `def` inside a function")
OLD_INDEX_MAP = _code(120, "three-operand `IndexTaskMap` of an older dialect")
OLD_DEFAULTS = _code(121, "`task_default` or `region_default` of an older dialect")
OLD_LOWER_CASE = _code(122, "lower-case `task` or `region` statement of an older dialect")
OLD_LIMIT = _code(123, "three-operand `InstanceLimit` of an older dialect")
OLD_INDEX_MAP_DEFAULT = _code(124, "`IndexTaskMap_Default` of an older dialect")
OLD_LAYOUT_WORD = _code(125, "layout word of an older dialect")
OLD_TASK_STEAL = _code(126, "`TaskSteal` is not part of the language")

# 2xx: names
UNKNOWN_NAME = _code(201, "unknown name")
VARIABLE_ASSIGNED_TWICE = _code(202, "variable assigned twice")
FUNCTION_DEFINED_TWICE = _code(203, "function defined twice")
FUNCTION_AND_VARIABLE = _code(204, "name is both function and variable")
PARAMETER_REPEATED = _code(205, "parameter name repeated")
UNKNOWN_MEMBER = _code(206, "unknown member")
READ_BEFORE_ASSIGNMENT = _code(207, "global read before its assignment")
UNKNOWN_PROCESSOR_KIND = _code(208, "unknown processor kind")
UNKNOWN_MEMORY_KIND = _code(209, "unknown memory kind")
UNDEFINED_MAPPING_FUNCTION = _code(210, "function named by a mapping statement is not defined")
UNKNOWN_TYPE = _code(211, "unknown type")
UNKNOWN_LAYOUT_WORD = _code(212, "unknown layout word")
LOCAL_HIDES_GLOBAL = _code(220, "local hides a global")
REPLACES_BUILTIN = _code(221, "definition replaces a built-in")

# 3xx: types and evaluation
OPERATOR_TYPES = _code(301, "operator not defined for these types")
CONDITION_NOT_BOOL = _code(302, "condition is not bool")
ARMS_DIFFER = _code(303, "arms of `? :` differ in type")
ARGUMENT_COUNT = _code(304, "wrong number of arguments")
ARGUMENT_TYPE = _code(305, "argument has the wrong type")
NO_RETURN = _code(306, "function without `return`")
ENTRY_PARAMETER = _code(307, "entry function must have one `Task` parameter")
ENTRY_RESULT = _code(308, "entry function must return a processor set")
RECURSIVE_TYPE = _code(309, "type of a recursive function cannot be inferred")
WRONG_SUBSCRIPT = _code(310, "wrong kind of subscript")
ELEMENT_NOT_INT = _code(311, "tuple element is not int")
NOT_A_TUPLE = _code(312, "comprehension over, or unpack of, something other than a tuple")
NOT_A_FUNCTION = _code(313, "not a function, function used as a value, or member used wrongly")
KIND_AS_VALUE = _code(314, "kind used as a value")
MEMBER_TYPE = _code(315, "member not available for this type")
MEMBER_CONTEXT = _code(316, "task member not available in this kind of mapping function")
PRINT_VALUES = _code(317, "too few or surplus values for the placeholders of `print`")
TUPLE_LENGTHS = _code(318, "tuple lengths differ")
DIVISION_BY_ZERO = _code(350, "division by zero")
INTEGER_OVERFLOW = _code(351, "integer overflow")
TUPLE_INDEX = _code(352, "tuple index out of range")
EMPTY_MIN_MAX = _code(354, "`min` or `max` of an empty tuple")
CALL_DEPTH = _code(355, "call depth exceeded")
STEP_LIMIT = _code(356, "step limit exceeded")
LINEARIZE_RANGE = _code(357, "`linearize` or `delinearize` out of range")

# 4xx: statements
DUPLICATE_KEY = _code(401, "duplicate key; the first statement holds")
UNREACHABLE_MEMORY = _code(402, "memory not addressable by the named processor kind")
MEMORY_REPEATED = _code(403, "memory kind repeated")
MEMORY_AFTER_VIRTUAL = _code(404, "memory kind after `VIRTUAL` has no effect")
CONTRADICTORY_LAYOUT = _code(405, "contradictory layout words")
LAYOUT_WORD_REPEATED = _code(406, "layout word repeated")
BAD_ALIGNMENT = _code(407, "alignment is not a positive power of two")
TWO_ALIGNMENTS = _code(408, "two different alignments")
LIMIT_BELOW_ONE = _code(409, "instance limit below 1")
VIRTUAL_LAYOUT = _code(410, "`VIRTUAL` as third operand of `Layout` means `*`")
PROCESSOR_REPEATED = _code(411, "processor kind repeated")
KIND_NEVER_CHOSEN = _code(413, "kind returned by the mapping function is never that of the task")
AFTER_RETURN = _code(415, "statement after `return`")
KIND_EXCLUDED = _code(
    416, "statement names a processor kind that the task's `Task` statement excludes"
)
UNUSED_FUNCTION = _code(420, "unused function")
UNUSED_VARIABLE = _code(421, "unused variable")

# 5xx: machine and application
SPLIT_OF_NOTHING = _code(501, "split of an extent of 0")
UNEVEN_NODES = _code(502, "nodes differ in their number of processors; the smallest is used")
SPLIT_NOT_DIVIDING = _code(503, "split factor does not divide the extent")
NO_SUCH_DIMENSION = _code(504, "machine dimension out of range")
SAME_DIMENSION = _code(505, "`merge` or `swap` of a dimension with itself")
SLICE_BOUNDS = _code(506, "`slice` bounds invalid")
SPLIT_INVALID = _code(507, "split factor, count or extents invalid")
INDEX_COUNT = _code(508, "number of indices differs from the machine's rank")
MACHINE_INDEX = _code(509, "machine index out of range")
WRONG_PROCESSOR_KIND = _code(510, "chosen processor is not of the task's kind")
STAR_OF_NOTHING = _code(511, "star over an extent of 0")
NO_SUCH_MEMORY = _code(512, "none of the listed memories exists on the machine")
ALLOCATION_FAILED = _code(513, "allocation failed in every listed memory")
PROCESSOR_KINDS = _code(514, "`processor(m)`: kinds differ")
NO_PARENT = _code(515, "`parent` of the top-level task")
NOT_A_POINT_TASK = _code(516, "`ipoint` or `ispace` of an ancestor that is not a point task")
VIRTUAL_REDUCTION = _code(517, "`VIRTUAL` for a reduction")
OUTSIDE_MACHINE = _code(518, "processor lies outside machine `m`")
NO_SUCH_TASK = _code(520, "no task of this name in the application")
NO_SUCH_REGION = _code(521, "no region of this name")
NO_SUCH_REQUIREMENT = _code(522, "the task has no requirement with this number")
LAUNCH_KIND = _code(524, "task is never launched in the way this statement maps")
NOT_REPLICABLE = _code(525, "task cannot be replicated")
NO_VARIANT = _code(526, "task has no variant for any kind of its `Task` statement")

# 6xx: what happened in a build or a run (AutoGuide)
MAPPER_BUILD = _code(601, "the generated mapper does not compile")
MAPPER_NOT_LOADED = _code(602, "the mapper was not loaded into the application")
MAPPER_NOT_ASKED = _code(603, "the mapper was loaded but never asked")
LINK_FAILED = _code(604, "the mapper or the application does not link or load")
OUT_OF_MEMORY = _code(610, "a memory cannot hold the instances placed there")
MISSING_VARIANT = _code(611, "a task has no variant for the processor it was sent to")
WRONG_MEMORY = _code(612, "an instance lies where its task cannot use it")
WRONG_LAYOUT = _code(613, "an instance has a layout that its task does not accept")
WRONG_PLACEMENT = _code(614, "slicing or sharding of an index launch is invalid")
PRIVILEGE = _code(615, "the application uses data without the privilege")
ASSERTION = _code(616, "an assertion failed")
CRASH = _code(617, "the application was ended by a signal")
TIMEOUT = _code(618, "the run did not end in time")
WRONG_ANSWER = _code(619, "the application's own check failed")
NO_SCORE = _code(620, "the run ended without a figure of merit")
UNKNOWN_FAILURE = _code(621, "the run failed for a reason that no rule knows")
API_USAGE = _code(622, "Legion rejects how its interface is used")
DOMINANT_TASK = _code(630, "one task takes most of the time")
IDLE_PROCESSORS = _code(631, "processors wait while others work")
WRONG_RANKS = _code(632, "the run had another number of ranks than it was started with")
FIGURE_OF_MERIT = _code(633, "the run ended well, and its figure of merit leaves room")
SECOND_CHOICE = _code(634, "the kind that the policy prefers was passed over")
BAD_RULES = _code(635, "a file of feedback rules is invalid")
MAPPER_FRAME = _code(636, "a frame of a backtrace lies in the generated mapper")
BAD_SOURCE_MAP = _code(637, "a source map is invalid, or belongs to another text of the policy")
NOT_TRUSTWORTHY = _code(638, "too much took longer than modelled for the time to be trusted")
RANK_FAILED = _code(640, "one rank of several failed, and the others were ended")
NO_RANKS = _code(641, "this Legion cannot run several ranks")
NO_EMULATION = _code(642, "this Legion cannot use GPUs, so none can be emulated")

# 7xx: the tools and the machine mapc runs on
NO_COMPILER = _code(701, "no usable C++ compiler")
RUNTIME_UNAVAILABLE = _code(702, "the Legion runtime cannot be fetched")
DISK_FULL = _code(703, "not enough disk space")
BAD_LEGION_ROOT = _code(704, "`Legion_ROOT` does not hold a usable Legion")
WRONG_PYTHON = _code(705, "this Python is too old")
APPLICATION_BUILD = _code(706, "the application does not build")
CANNOT_WRITE = _code(707, "a file cannot be written")
RUNTIME_DAMAGED = _code(708, "the installed Legion runtime is damaged")
SUPPORT_BUILD = _code(709, "mapc's own C++ does not compile with this toolchain")
MISSING_PACKAGE = _code(710, "an optional Python package is not installed")
NO_LAUNCHER = _code(711, "the launcher that starts the ranks is not installed")

# 8xx: applications, machines, runs of the tuner
NO_SUCH_APPLICATION = _code(801, "no application of this name")
BAD_APPLICATION = _code(802, "the application's `app.toml` is invalid")
NO_SUCH_PRESET = _code(803, "no preset of this name")
NO_SUCH_MACHINE = _code(804, "no machine of this name, or its description is invalid")
BAD_JOURNAL = _code(805, "a run's journal is damaged")
RUN_MISMATCH = _code(806, "the run was started with other settings")
NO_BUDGET = _code(807, "the budget admits no trial")
CANNOT_READ = _code(808, "a file cannot be read")
NO_SUCH_RUN = _code(809, "no run of this name")
NO_SUCH_OPTIMIZER = _code(810, "no optimizer of this name")
BAD_CASES = _code(811, "a case file is not what `place --cases` takes")
NOT_PLACED = _code(812, "no statement places this task")
PLACE_SIZE = _code(813, "a launch or a machine is too large to place")
TOO_MANY_RANKS = _code(814, "the machine has fewer nodes than the run has ranks")
NO_LIBCLANG = _code(830, "libclang cannot be used")
NOT_COMPILED = _code(831, "a source does not compile")
NO_SOURCES = _code(832, "there are no sources to analyse")
BAD_COMPILE_COMMANDS = _code(833, "a `compile_commands.json` is invalid")
