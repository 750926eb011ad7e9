package io.lembos.apiserver.kubectl;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;

/** {@code kubectl auth whoami}: as whom the server knows its caller. */
@EveryKubectl
class AuthWhoAmIIT {
    private final Terminal terminal;

    AuthWhoAmIIT(Path program, Office office) {
        terminal = office.desk(program);
    }

    @Test
    void tellsNameAndGroups() {
        terminal.shows("""
                ## Version 1.27 only knows betas of this, which servers no longer have.
                ## until 1.27
                $ kubectl auth whoami
                error: the selfsubjectreviews API is not enabled in the cluster
                enable APISelfSubjectReview feature gate and authentication.k8s.io/v1alpha1 or ‹any›
                [1]
                ## from 1.28
                $ kubectl auth whoami
                ATTRIBUTE   VALUE
                Username    kubernetes-admin
                Groups      [system:masters system:authenticated]
                ## from 1.28
                $ kubectl auth whoami --as jane --as-group=team --as-uid=7
                ATTRIBUTE   VALUE
                Username    jane
                UID         7
                Groups      [team system:authenticated]
                ## from 1.28
                $ kubectl auth whoami --as jane -o jsonpath='{.status.userInfo}'
                {"groups":["system:authenticated"],"username":"jane"}
                ## from 1.28
                $ kubectl auth whoami --as system:serviceaccount:$NS:bot
                ATTRIBUTE   VALUE
                Username    system:serviceaccount:$NS:bot
                Groups      [system:serviceaccounts system:serviceaccounts:$NS system:authenticated]
                """);
    }
}
