package io.lembos.scheduler.cycle;

import io.lembos.scheduler.framework.BindPlugin;
import io.lembos.scheduler.framework.PermitPlugin;
import io.lembos.scheduler.framework.Plugin;
import io.lembos.scheduler.framework.PostBindPlugin;
import io.lembos.scheduler.framework.PreBindPlugin;
import io.lembos.scheduler.framework.ReservePlugin;
import java.util.List;
import java.util.stream.Stream;

/**
 * The plugins that accompany a pod from the decision to its binding, in the order in which they are called.
 *
 * @param binds the first that does it, does it alone
 */
public record BindingPlugins(
        List<ReservePlugin> reserves,
        List<PermitPlugin> permits,
        List<PreBindPlugin> preBinds,
        List<BindPlugin> binds,
        List<PostBindPlugin> postBinds) {
    public static final BindingPlugins NONE = of(List.of());

    public BindingPlugins {
        reserves = List.copyOf(reserves);
        permits = List.copyOf(permits);
        preBinds = List.copyOf(preBinds);
        binds = List.copyOf(binds);
        postBinds = List.copyOf(postBinds);
    }

    /** Each at all the points that it extends. */
    public static BindingPlugins of(List<? extends Plugin> plugins) {
        return new BindingPlugins(
                only(ReservePlugin.class, plugins),
                only(PermitPlugin.class, plugins),
                only(PreBindPlugin.class, plugins),
                only(BindPlugin.class, plugins),
                only(PostBindPlugin.class, plugins));
    }

    private static <T> List<T> only(Class<T> type, List<? extends Plugin> plugins) {
        return plugins.stream().filter(type::isInstance).map(type::cast).toList();
    }

    Stream<Plugin> all() {
        return Stream.of(reserves, permits, preBinds, binds, postBinds).flatMap(List::stream);
    }
}
