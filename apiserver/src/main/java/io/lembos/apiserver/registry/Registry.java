package io.lembos.apiserver.registry;

import io.lembos.api.time.Clock;
import io.lembos.apiserver.admission.Accounts;
import io.lembos.apiserver.admission.Admission;
import io.lembos.apiserver.admission.WriteGuard;
import io.lembos.apiserver.apply.FieldManager;
import io.lembos.apiserver.kinds.KindRegistry;
import io.lembos.apiserver.store.Store;
import io.lembos.apiserver.validation.Intake;

/**
 * All that can be done with objects, for every kind alike.
 *
 * @param kinds what is served
 * @param intake takes what clients send apart
 * @param bindings who has bound pods to which nodes
 */
public record Registry(
        KindRegistry kinds,
        Intake intake,
        ObjectReader reader,
        ObjectCreator creator,
        ObjectUpdater updater,
        ObjectApplier applier,
        ObjectDeleter deleter,
        BindingLedger bindings) {

    /**
     * @param accounts what is asked of the service accounts of pods
     * @param guard judges single writes after everything else
     */
    public static Registry over(
            Store store,
            KindRegistry kinds,
            Intake intake,
            Names names,
            Accounts accounts,
            WriteGuard guard,
            Clock clock) {
        ObjectReader reader = new ObjectReader(store);
        ObjectRules rules = new ObjectRules(intake, Admission.over(kinds, reader, names, accounts, clock), guard);
        Commits commits = new Commits(store);
        FieldManager fields = new FieldManager(kinds);
        ObjectCreator creator = new ObjectCreator(commits, rules, names, fields, clock);
        ObjectUpdater updater = new ObjectUpdater(reader, commits, rules, fields, clock);
        return new Registry(
                kinds,
                intake,
                reader,
                creator,
                updater,
                new ObjectApplier(reader, creator, updater, fields, clock),
                new ObjectDeleter(reader, commits, clock),
                new BindingLedger(store.revision()));
    }
}
