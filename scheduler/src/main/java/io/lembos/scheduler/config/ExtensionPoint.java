package io.lembos.scheduler.config;

import io.lembos.scheduler.cycle.PostFilterPlugin;
import io.lembos.scheduler.framework.BindPlugin;
import io.lembos.scheduler.framework.FilterPlugin;
import io.lembos.scheduler.framework.PermitPlugin;
import io.lembos.scheduler.framework.Plugin;
import io.lembos.scheduler.framework.PostBindPlugin;
import io.lembos.scheduler.framework.PreBindPlugin;
import io.lembos.scheduler.framework.PreEnqueuePlugin;
import io.lembos.scheduler.framework.QueueSort;
import io.lembos.scheduler.framework.ReservePlugin;
import io.lembos.scheduler.framework.ScorePlugin;

/**
 * Where plugins take part. PreFilter and Filter of a plugin are one here, and so are PreScore and Score: what is enabled for
 * Filter or Score does both.
 */
public enum ExtensionPoint {
    PRE_ENQUEUE("preEnqueue", PreEnqueuePlugin.class),
    QUEUE_SORT("queueSort", QueueSort.class),
    PRE_FILTER("preFilter", FilterPlugin.class),
    FILTER("filter", FilterPlugin.class),
    POST_FILTER("postFilter", PostFilterPlugin.class),
    PRE_SCORE("preScore", ScorePlugin.class),
    SCORE("score", ScorePlugin.class),
    RESERVE("reserve", ReservePlugin.class),
    PERMIT("permit", PermitPlugin.class),
    PRE_BIND("preBind", PreBindPlugin.class),
    BIND("bind", BindPlugin.class),
    POST_BIND("postBind", PostBindPlugin.class);

    private final String field;
    private final Class<? extends Plugin> type;

    ExtensionPoint(String field, Class<? extends Plugin> type) {
        this.field = field;
        this.type = type;
    }

    /** In {@code profiles[].plugins}. */
    public String field() {
        return field;
    }

    boolean isExtendedBy(Class<? extends Plugin> plugin) {
        return type.isAssignableFrom(plugin);
    }
}
