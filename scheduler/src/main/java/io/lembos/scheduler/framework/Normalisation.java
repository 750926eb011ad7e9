package io.lembos.scheduler.framework;

import java.util.Arrays;

/**
 * How raw scores of all feasible nodes become 0 to 100. Each looks at nothing but the least and the greatest score, so that
 * nodes with equal raw scores can be normalised as one.
 */
public enum Normalisation {
    /** Raw scores are 0 to 100 already. */
    NONE {
        @Override
        public void apply(long[] scores) {}
    },

    /** In proportion to the greatest; all 0 if that is 0 (helper.DefaultNormalizeScore). */
    PROPORTIONAL {
        @Override
        public void apply(long[] scores) {
            long max = Math.max(0, max(scores));
            for (int i = 0; i < scores.length; i++) {
                scores[i] = max == 0 ? scores[i] : SCORE_MAX * scores[i] / max;
            }
        }
    },

    /** Least is best: 100 less the share of the greatest; all 100 if that is 0. */
    REVERSE {
        @Override
        public void apply(long[] scores) {
            long max = Math.max(0, max(scores));
            for (int i = 0; i < scores.length; i++) {
                scores[i] = max == 0 ? SCORE_MAX : SCORE_MAX - SCORE_MAX * scores[i] / max;
            }
        }
    },

    /** From 0 for the least to 100 for the greatest; all 0 if they are equal (interpodaffinity/scoring.go). */
    SPAN {
        @Override
        public void apply(long[] scores) {
            long max = max(scores);
            long min = min(scores);
            double span = max - min;
            for (int i = 0; i < scores.length; i++) {
                scores[i] = span > 0 ? (long) (SCORE_MAX * ((scores[i] - min) / span)) : 0;
            }
        }
    },

    /** Least is best, and {@link #IGNORED} nodes get 0 (podtopologyspread/scoring.go). */
    SPREAD {
        @Override
        public void apply(long[] scores) {
            long max = Math.max(0, max(scores));
            long min = min(scores);
            for (int i = 0; i < scores.length; i++) {
                if (scores[i] == IGNORED) {
                    scores[i] = 0;
                } else {
                    scores[i] = max == 0 ? SCORE_MAX : SCORE_MAX * (max + min - scores[i]) / max;
                }
            }
        }
    };

    /** The raw score of a node that is left out of the comparison. */
    public static final long IGNORED = Long.MIN_VALUE;

    private static final long SCORE_MAX = ScorePlugin.SCORE_MAX;

    /** Replaces raw scores by normalised ones. */
    public abstract void apply(long[] scores);

    private static long max(long[] scores) {
        return Arrays.stream(scores).filter(s -> s != IGNORED).max().orElse(0);
    }

    private static long min(long[] scores) {
        return Arrays.stream(scores).filter(s -> s != IGNORED).min().orElse(0);
    }
}
