"""Makes reference.json: labels of several annotators that are drawn here, and
what cleanlab and crowd-kit say of them.

    pip install cleanlab==2.9.0 crowd-kit==1.4.2
    python reference.py > reference.json
"""

import json
import sys
import warnings

import crowdkit.aggregation.classification.gold_majority_vote as gold_module
import crowdkit.aggregation.classification.wawa as wawa_module
import numpy as np
import pandas as pd
from cleanlab.multiannotator import get_active_learning_scores_ensemble, get_label_quality_multiannotator_ensemble
from crowdkit.aggregation import DawidSkene, GoldMajorityVote, OneCoinDawidSkene, Wawa
from crowdkit.metrics.data import alpha_krippendorff

warnings.simplefilter("ignore")
# crowd-kit 1.4.2 asks this of scikit-learn in a way that newer ones refuse.
gold_module.check_is_fitted = wawa_module.check_is_fitted = lambda *a, **k: None

N, M, K, UNLABELLED = 60, 6, 3, 10
rng = np.random.default_rng(5)
skill = [0.9, 0.8, 0.6, 0.5, 0.95, 0.3]
truth = rng.integers(0, K, N + UNLABELLED)
labels = np.full((N, M), np.nan)
for i in range(N):
    for j in rng.permutation(M)[: rng.integers(1, 5)]:
        labels[i, j] = truth[i] if rng.random() < skill[j] else (truth[i] + 1 + rng.integers(0, K - 1)) % K


def model(good):
    p = rng.random((N + UNLABELLED, K))
    p[np.arange(len(p)), truth] += good * rng.random(len(p))
    return p / p.sum(1, keepdims=True)


probs = np.stack([model(2), model(1), model(4)])


def quality(calibrate):
    r = get_label_quality_multiannotator_ensemble(
        labels, probs[:, :N].copy(), calibrate_probs=calibrate, return_weights=True, verbose=False
    )
    q, s = r["label_quality"], r["annotator_stats"]
    return {
        "consensus": q["consensus_label"].tolist(),
        "quality": q["consensus_quality_score"].tolist(),
        "agreement": q["annotator_agreement"].tolist(),
        "rank": [int(j) for j in s.index],
        "annotator_quality": s["annotator_quality"].tolist(),
        "worst_class": s["worst_class"].tolist(),
        "model_weight": r["model_weight"].tolist(),
        "annotator_weight": r["annotator_weight"].tolist(),
    }


def active(given):
    a, u = get_active_learning_scores_ensemble(given, probs[:, :N].copy(), probs[:, N:].copy())
    return a.tolist() + u.tolist()


one = np.full((N, M), np.nan)
for i, row in enumerate(labels):
    who = np.flatnonzero(~np.isnan(row))
    one[i, who[i % len(who)]] = row[who[i % len(who)]]

rows = [(i, j, int(labels[i, j])) for i in range(N) for j in range(M) if not np.isnan(labels[i, j])]
long = pd.DataFrame(rows, columns=["task", "worker", "label"])


def table(frame):
    return frame.sort_index().sort_index(axis=1).values.ravel().tolist()


def em(method):
    method.fit(long)
    return {"rounds": len(method.loss_history_), "posterior": table(method.probas_)}


def vote(method, *gold):
    method.fit(long, *gold)
    return {"skill": method.skills_.sort_index().tolist(), "share": table(method.predict_proba(long))}


out = {
    "labels": rows,
    "truth": truth.tolist(),
    "probs": probs.tolist(),
    "crowdlab": quality(False),
    "crowdlab_calibrated": quality(True),
    "active": active(labels),
    "active_one_label": active(one),
    "dawid_skene": em(DawidSkene(n_iter=100)),
    "one_coin": em(OneCoinDawidSkene(n_iter=100)),
    "wawa": vote(Wawa()),
    "gold": vote(GoldMajorityVote(), pd.Series(truth[:20])),
    "krippendorff": float(alpha_krippendorff(long)),
}
json.dump(out, sys.stdout, separators=(",", ":"))
