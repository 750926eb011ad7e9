package io.lembos.scheduler.plugins;

import io.lembos.scheduler.cache.NodeInfo;
import io.lembos.scheduler.framework.ScorePlugin;
import java.util.List;

/**
 * How much of a node would be taken, as a score ({@code NodeResourcesFitArgs.scoringStrategy}): each resource is scored by
 * itself, the node by the weighted mean of those that it has.
 */
public sealed interface ScoringStrategy {
    long SCORE_MAX = ScorePlugin.SCORE_MAX;

    List<ResourceWeight> resources();

    /** 0 to 100 for one resource. */
    long score(long wanted, long allocatable);

    /** 0 to 100 for a node. */
    default long score(AskedResources asked, NodeInfo node) {
        long sum = 0;
        long weights = 0;
        for (int r = 0; r < asked.size(); r++) {
            long allocatable = asked.allocatable(r, node);
            if (allocatable != 0) {
                sum += score(asked.taken(r, node) + asked.asks(r), allocatable) * asked.weight(r);
                weights += asked.weight(r);
            }
        }
        return weights == 0 ? 0 : sum / weights;
    }

    private static List<ResourceWeight> orDefault(List<ResourceWeight> resources) {
        return resources.isEmpty() ? ResourceWeight.CPU_AND_MEMORY : List.copyOf(resources);
    }

    /** Prefers empty nodes: pods spread. Formula: {@code noderesources/least_allocated.go}. */
    record LeastAllocated(List<ResourceWeight> resources) implements ScoringStrategy {
        public LeastAllocated {
            resources = orDefault(resources);
        }

        @Override
        public long score(long wanted, long allocatable) {
            return wanted > allocatable ? 0 : (allocatable - wanted) * SCORE_MAX / allocatable;
        }
    }

    /** Prefers full nodes: pods pack. Formula: {@code noderesources/most_allocated.go}. */
    record MostAllocated(List<ResourceWeight> resources) implements ScoringStrategy {
        public MostAllocated {
            resources = orDefault(resources);
        }

        @Override
        public long score(long wanted, long allocatable) {
            return Math.min(wanted, allocatable) * SCORE_MAX / allocatable;
        }
    }

    /**
     * Follows a curve from utilisation to score; resources that score 0 do not count. Formula:
     * {@code noderesources/requested_to_capacity_ratio.go}.
     *
     * @param shape points of rising utilisation, at least one; straight lines run between them, and level ones before the
     *     first and after the last
     */
    record RequestedToCapacityRatio(List<ResourceWeight> resources, List<ShapePoint> shape) implements ScoringStrategy {
        private static final long SCALE = SCORE_MAX / 10;

        /**
         * @param utilization 0 to 100
         * @param score 0 to 10
         */
        public record ShapePoint(int utilization, int score) {}

        public RequestedToCapacityRatio {
            resources = orDefault(resources);
            shape = List.copyOf(shape);
            if (shape.isEmpty()) {
                throw new IllegalArgumentException("at least one point must be specified");
            }
        }

        @Override
        public long score(long wanted, long allocatable) {
            return curve(wanted > allocatable ? 100 : wanted * 100 / allocatable);
        }

        @Override
        public long score(AskedResources asked, NodeInfo node) {
            long sum = 0;
            long weights = 0;
            for (int r = 0; r < asked.size(); r++) {
                long allocatable = asked.allocatable(r, node);
                long score = allocatable == 0 ? 0 : score(asked.taken(r, node) + asked.asks(r), allocatable);
                if (score > 0) {
                    sum += score * asked.weight(r);
                    weights += asked.weight(r);
                }
            }
            return weights == 0 ? 0 : Math.round((double) sum / weights);
        }

        private long curve(long utilization) {
            for (int p = 0; p < shape.size(); p++) {
                if (utilization <= shape.get(p).utilization()) {
                    return p == 0 ? SCALE * shape.get(0).score() : between(shape.get(p - 1), shape.get(p), utilization);
                }
            }
            return SCALE * shape.getLast().score();
        }

        private static long between(ShapePoint low, ShapePoint high, long utilization) {
            long rise = SCALE * (high.score() - low.score());
            return SCALE * low.score()
                    + rise * (utilization - low.utilization()) / (high.utilization() - low.utilization());
        }
    }
}
