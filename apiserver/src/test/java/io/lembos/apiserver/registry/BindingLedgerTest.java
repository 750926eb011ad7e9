package io.lembos.apiserver.registry;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.lembos.api.error.ApiError;
import io.lembos.apiserver.registry.BindingLedger.Binder;
import org.junit.jupiter.api.Test;

class BindingLedgerTest {
    private static final long FIRST = 100;
    private final BindingLedger ledger = new BindingLedger(FIRST);

    @Test
    void whoHasNotSeenAnothersBindingIsRefused() {
        bind("n", new Binder("a", 110), 111);
        refused("n", new Binder("b", 110));
        accepted("n", new Binder("b", 111));
    }

    @Test
    void ownBindingsNeedNotBeSeen() {
        bind("n", new Binder("a", 110), 111);
        accepted("n", new Binder("a", 110));
    }

    @Test
    void otherNodesDoNotMatter() {
        bind("n", new Binder("a", 110), 111);
        accepted("m", new Binder("b", 110));
    }

    @Test
    void bindingThatIsBeingStoredCountsAsUnseen() {
        ledger.begin("n", "p", new Binder("a", 110));
        ledger.begin("n", "q", new Binder("a", 110));
        refused("n", new Binder("b", 1_000));
        ledger.end("n", new Binder("a", 110), 111);
        refused("n", new Binder("b", 1_000));
        ledger.end("n", new Binder("a", 110), 0);
        accepted("n", new Binder("b", 111));
    }

    @Test
    void bindingThatWasNotStoredIsForgotten() {
        bind("n", new Binder("a", 110), 0);
        accepted("n", new Binder("b", 110));
    }

    @Test
    void whoSaysNothingIsSeenButNeverRefused() {
        bind("n", new Binder("a", 110), 111);
        accepted("n", new Binder("", -1));
        bind("n", new Binder("", -1), 112);
        refused("n", new Binder("a", 111));
        accepted("n", new Binder("a", 112));
    }

    @Test
    void nobodyMayRelyOnWhatWasBeforeTheServerBegan() {
        refused("n", new Binder("a", FIRST - 1));
        accepted("n", new Binder("a", FIRST));
    }

    private void bind(String node, Binder binder, long revision) {
        ledger.begin(node, "p", binder);
        ledger.end(node, binder, revision);
    }

    private void refused(String node, Binder binder) {
        assertThatThrownBy(() -> ledger.begin(node, "p", binder))
                .isInstanceOf(ApiError.class)
                .hasMessageContaining("another scheduler has bound a pod to node \"" + node + "\"");
    }

    private void accepted(String node, Binder binder) {
        assertThatCode(() -> bind(node, binder, 0)).doesNotThrowAnyException();
    }
}
