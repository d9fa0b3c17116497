"""The 0/1 model of the choice, solved by HiGHS.

    maximise   sum of savings of the options taken  -  sum of charges of the indexes chosen
    one option at most per statement; an option only with all of its indexes; the constraints (sizes within the budget ...)

The indexes are 0/1; given those, the best option of each statement is a vertex, so the options may be continuous.
CoPhy (PVLDB 4(6):362-372, 2011) is the source of the formulation; here only sets that the planner was seen to read
together get a column.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field

import highspy

from pgadvisor.advisor.choice.constraints import Constraints, Row
from pgadvisor.advisor.plans.atomic import Ceiling, Option, Trap

_SCALE = 1e6  # the largest possible objective, so that the solver's absolute tolerances mean a millionth of the whole
_MOST_NODES = 20_000  # of branch and bound: a limit on time would make runs differ
_LARGE_COLUMNS = 600  # from here on the last per mille takes most of the time
_GAP, _LARGE_GAP = 1e-5, 1e-3
_OPTIONS: dict[str, bool | float | str] = {
    "output_flag": False,
    "threads": 1,
    "random_seed": 0,
    "mip_max_nodes": _MOST_NODES,
    # Tried on the models of TPC-H: they are solved three times as fast to the same sets without these.
    "presolve": "off",
    "mip_allow_restart": False,
    "mip_heuristic_run_feasibility_jump": False,
    "mip_heuristic_run_rins": False,
    "mip_heuristic_run_rens": False,
}


@dataclass(frozen=True, slots=True)
class Solution:
    """`bound_ms` is an upper bound on the objective that no choice can exceed under the model. Of a relaxed solution are known:
    `prices_ms`, what the constraints make of each index, that is what the room that it takes would bring with others; and
    `paid_ms`, what each statement's gain is worth of that, index by index."""

    chosen: frozenset[int]
    bound_ms: float
    relaxed: bool = False
    prices_ms: Mapping[int, float] = field(default_factory=dict)
    paid_ms: Sequence[Mapping[int, float]] = ()


@dataclass(slots=True)
class _Matrix:
    """Rows as HiGHS wants them, and the columns' objective."""

    costs: list[float] = field(default_factory=list)
    uppers: list[float] = field(default_factory=list)
    starts: list[int] = field(default_factory=lambda: [0])
    columns: list[int] = field(default_factory=list)
    values: list[float] = field(default_factory=list)

    def column(self, cost: float) -> int:
        self.costs.append(cost)
        return len(self.costs) - 1

    def row(self, upper: float, terms: Sequence[tuple[int, float]]) -> None:
        """sum of value * column <= upper."""
        self.uppers.append(upper)
        self.columns.extend(column for column, _ in terms)
        self.values.extend(value for _, value in terms)
        self.starts.append(len(self.columns))


def solve(
    statements: Sequence[Sequence[Option]],
    charges_ms: Mapping[int, float],
    constraints: Constraints,
    relaxed: bool = False,
    gap: float = _GAP,
) -> Solution:
    """The best set of indexes for `statements`, each given as its options. `charges_ms` are by index. `gap`: how far from
    the optimum the set may be, of its value.

    With `relaxed` indexes may be chosen in part: the bound holds, and comes sooner; the set is only what is chosen by half
    or more, which may exceed the constraints.
    """
    wanted = sorted({number for options in statements for option in options for number in named(option)})
    most = sum(max((option.saving_ms for option in options), default=0.0) for options in statements)
    if not wanted or most <= 0.0:
        return Solution(frozenset(), 0.0, relaxed, paid_ms=[{} for _ in statements])
    unit = _SCALE / most
    matrix = _Matrix()
    column_of = {number: matrix.column(charges_ms[number] * unit) for number in wanted}
    links = [_add_statement(matrix, column_of, options, unit) for options in statements]
    rows = list(constraints.rows(sorted(charges_ms) if relaxed else wanted))
    for row in rows:
        whole = max(1.0, row.most)
        terms = [(column_of[number], factor / whole) for number, factor in row.factors.items() if number in column_of]
        matrix.row(row.most / whole, terms)
    values, objective, duals = _run(matrix, 0 if relaxed else len(wanted), gap)
    chosen = frozenset(number for number, value in zip(wanted, values, strict=False) if value > 0.499)
    bound_ms = min(most, max(0.0, -objective / unit))
    if not relaxed:
        return Solution(chosen, bound_ms)
    paid_ms = [{number: max(0.0, -duals[at] / unit) for number, at in found.items()} for found in links]
    return Solution(chosen, bound_ms, True, _prices_ms(rows, duals[len(duals) - len(rows) :], unit), paid_ms)


def named(option: Option) -> Collection[int]:
    """The indexes whose choice an option is about."""
    return option.beyond if isinstance(option, Ceiling) else option.needs | option.any_of


def _prices_ms(rows: Sequence[Row], duals: Sequence[float], unit: float) -> dict[int, float]:
    """What the room that each index takes is worth, also of those that no known plan reads."""
    prices: dict[int, float] = {}
    for row, dual in zip(rows, duals, strict=True):
        price_ms = max(0.0, -dual / unit / max(1.0, row.most))
        for number, factor in row.factors.items():
            prices[number] = prices.get(number, 0.0) + price_ms * factor
    return prices


def _add_statement(matrix: _Matrix, column_of: Mapping[int, int], options: Sequence[Option], unit: float) -> dict[int, int]:
    """The columns and rows of one statement; the rows that tie its options to the indexes they need, by index."""
    needing: dict[int, list[int]] = {}
    excluding: dict[int, list[int]] = {}
    columns: list[int] = []
    traps = [option for option in options if isinstance(option, Trap)]
    ceilings = [option for option in options if isinstance(option, Ceiling)]
    gains = [option for option in options if not isinstance(option, Trap | Ceiling)]
    for option in gains:
        column = matrix.column(-option.saving_ms * unit)
        columns.append(column)
        for number in sorted(option.needs):
            needing.setdefault(number, []).append(column)
        for number in sorted(option.excludes):
            excluding.setdefault(number, []).append(column)
        if option.any_of:
            matrix.row(0.0, [(column, 1.0), *((column_of[number], -1.0) for number in sorted(option.any_of))])
    if len(columns) > 1:
        matrix.row(1.0, [(column, 1.0) for column in columns])
    links: dict[int, int] = {}
    for number, users in needing.items():
        links[number] = len(matrix.uppers)
        matrix.row(0.0, [(column_of[number], -1.0), *((column, 1.0) for column in users)])
    for number, users in excluding.items():
        if number in column_of:
            matrix.row(1.0, [(column_of[number], 1.0), *((column, 1.0) for column in users)])
    for ceiling in ceilings:
        terms = [(column, option.saving_ms * unit) for column, option in zip(columns, gains, strict=True)]
        terms += [(column_of[number], -more_ms * unit) for number, more_ms in sorted(ceiling.beyond.items()) if more_ms > 0.0]
        matrix.row(ceiling.saving_ms * unit, terms)
    for trap in traps:
        _add_trap(
            matrix,
            column_of,
            trap,
            [column for column, one in zip(columns, gains, strict=True) if one.planned < trap.planned],
            unit,
        )
    return links


def _add_trap(matrix: _Matrix, column_of: Mapping[int, int], trap: Trap, ways_out: Sequence[int], unit: float) -> None:
    """Its loss counts where all of its indexes are chosen and no option is taken that the planner prefers to it."""
    column = matrix.column(-trap.saving_ms * unit)
    terms = [(column_of[number], 1.0) for number in sorted(trap.needs)]
    matrix.row(len(terms) - 1.0, [*terms, (column, -1.0), *((way_out, -1.0) for way_out in ways_out)])


def _run(matrix: _Matrix, integers: int, gap: float) -> tuple[list[float], float, list[float]]:
    """Values of the columns, a lower bound on the minimum, and the rows' duals (0 where columns are integers)."""
    solver = highspy.Highs()
    for name, value in _OPTIONS.items():
        solver.setOptionValue(name, value)
    solver.setOptionValue("mip_rel_gap", max(gap, _LARGE_GAP if len(matrix.costs) >= _LARGE_COLUMNS else _GAP))
    model = highspy.HighsLp()
    model.num_col_, model.num_row_ = len(matrix.costs), len(matrix.uppers)
    model.col_cost_ = matrix.costs
    model.col_lower_, model.col_upper_ = [0.0] * model.num_col_, [1.0] * model.num_col_
    model.row_lower_, model.row_upper_ = [-highspy.kHighsInf] * model.num_row_, matrix.uppers
    model.a_matrix_.format_ = highspy.MatrixFormat.kRowwise
    model.a_matrix_.start_, model.a_matrix_.index_, model.a_matrix_.value_ = matrix.starts, matrix.columns, matrix.values
    if integers:
        model.integrality_ = [highspy.HighsVarType.kInteger] * integers + [highspy.HighsVarType.kContinuous] * (
            model.num_col_ - integers
        )
    solver.passModel(model)
    solver.run()
    bound = solver.getInfo().mip_dual_bound if integers else solver.getInfo().objective_function_value
    solution = solver.getSolution()
    duals = list(solution.row_dual) if not integers and solution.dual_valid else [0.0] * model.num_row_
    return list(solution.col_value), float(bound), duals
