package io.lembos.apiserver.kubectl;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;

/** {@code kubectl explain}: kinds and fields in words. */
@EveryKubectl
class ExplainIT {
    private final Terminal terminal;

    ExplainIT(Path program, Office office) {
        terminal = office.desk(program);
    }

    @Test
    void fieldsAreDescribed() {
        terminal.shows("""
                $ kubectl explain pods.spec.containers.image | grep -e KIND -e FIELD -e DESCRIPTION
                KIND:       Pod
                FIELD: image <string>
                DESCRIPTION:
                ## from 1.30
                $ kubectl explain pods.spec.containers.imagePullPolicy | sed -n '/^ENUM/,/^$/p'
                ENUM:
                    Always
                    IfNotPresent
                    Never

                $ kubectl explain deployment.spec.replicas | head -4
                GROUP:      apps
                KIND:       Deployment
                VERSION:    v1

                $ kubectl explain hpa --api-version=autoscaling/v1 | head -3
                GROUP:      autoscaling
                KIND:       HorizontalPodAutoscaler
                VERSION:    v1
                $ kubectl explain configmap --recursive | sed -n '/^FIELDS/,$p' | head -6
                FIELDS:
                  apiVersion‹\\s›<string>
                  binaryData‹\\s›<map[string]string>
                  data‹\\s›<map[string]string>
                  immutable‹\\s›<boolean>
                  kind‹\\s›<string>
                """);
    }

    @Test
    void whatIsUnknownIsTold() {
        terminal.shows("""
                $ kubectl explain pods.spec.nonsense
                KIND:       Pod
                VERSION:    v1

                error: field "nonsense" does not exist
                [1]
                $ kubectl explain nonsense
                the server doesn't have a resource type "nonsense"
                [1]
                $ kubectl explain deployments --api-version=apps/v9
                error: couldn't find resource for "apps/v9, Resource=deployments"
                [1]
                """);
    }
}
