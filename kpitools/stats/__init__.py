"""Statistics: pure numbers in, numbers out; nothing here knows a KPI, a calendar or a language.

`intervals` has the closed-form intervals, `days` those of sums over days that differ (laid out by `cells`),
`durations` those of skewed values and percentiles, `band` the verdict against a reference, `xmr` and `rules` the
control chart, `change` the verdict on a series and `effect` that on a dated decision (on `evidence`, `location`,
`autoregression`, `mixture` and the fitted `weights`). `decompose` says why a total changed,
`casemix` and `funnel` how units compare; `runs` and `shewhart` draw what other tools draw, `staffing` has Erlang's
formulae. Each choice, its source and the alternative: `docs/method.md`.
"""
