package io.lembos.apiserver.kubectl;

import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** {@code kubectl auth can-i}: who may do what, answered in words and in the exit code. */
@EveryKubectl
class AuthCanIIT {
    private final Terminal terminal;

    AuthCanIIT(Path program, Office office) {
        terminal = office.desk(program);
    }

    @BeforeEach
    void givesRights() {
        terminal.shows("""
                $ kubectl create role reader --verb=get,list --resource=pods,pods/log
                role.rbac.authorization.k8s.io/reader created
                $ kubectl create role scaler --verb=patch --resource=deployments.apps/scale --resource-name=web
                role.rbac.authorization.k8s.io/scaler created
                $ kubectl create rolebinding readers --role=reader --user=jane --group=team
                rolebinding.rbac.authorization.k8s.io/readers created
                $ kubectl create rolebinding scalers --role=scaler --user=jane
                rolebinding.rbac.authorization.k8s.io/scalers created
                """);
    }

    @Test
    void answersForOthers() {
        terminal.shows("""
                $ kubectl auth can-i create deployments
                yes
                $ kubectl auth can-i list pods --as jane
                yes
                $ kubectl auth can-i create pods --as jane
                no
                [1]
                $ kubectl auth can-i list pods --as joe
                no
                [1]
                $ kubectl auth can-i list pods --as joe --as-group team
                yes
                $ kubectl auth can-i list pods --as jane -n default
                no
                [1]
                $ kubectl auth can-i list pods --as jane --all-namespaces
                no
                [1]
                $ kubectl auth can-i create pods --as jane --quiet
                [1]
                $ kubectl auth can-i list pods --as jane --quiet
                """);
    }

    @Test
    void answersForPartsOfObjectsAndSingleNames() {
        terminal.shows("""
                $ kubectl auth can-i get pods --subresource=log --as jane
                yes
                $ kubectl auth can-i get pods --subresource=exec --as jane
                no
                [1]
                $ kubectl auth can-i patch deployments.apps/web --subresource=scale --as jane
                yes
                $ kubectl auth can-i patch deployments.apps/db --subresource=scale --as jane
                no
                [1]
                """);
    }

    @Test
    void answersForPaths() {
        terminal.shows("""
                $ kubectl auth can-i get /version --as jane
                yes
                $ kubectl auth can-i get /apis/apps/v1 --as jane
                yes
                $ kubectl auth can-i get /metrics --as jane
                no
                [1]
                $ kubectl auth can-i get /livez/ping --as jane
                no
                [1]
                $ kubectl auth can-i get /livez/ping
                yes
                """);
    }

    @Test
    void warnsOfWhatIsNoGoodQuestion() {
        terminal.shows("""
                $ kubectl auth can-i list nodes --as jane
                Warning: resource 'nodes' is not namespace scoped

                no
                [1]
                $ kubectl auth can-i get nonsense --as jane
                Warning: the server doesn't have a resource type 'nonsense'

                no
                [1]
                $ kubectl auth can-i frobnicate pods
                Warning: verb 'frobnicate' is not a known verb

                yes
                $ kubectl auth can-i --list --as jane --all-namespaces
                error: list option can't be specified with neither quiet, all-namespaces nor subresource options
                [1]
                """);
    }

    @Test
    void listsEverythingOnce() {
        terminal.shows("""
                $ kubectl auth can-i --list --as jane
                Resources                                       Non-Resource URLs   Resource Names   Verbs
                selfsubjectreviews.authentication.k8s.io        []                  []               [create]
                selfsubjectaccessreviews.authorization.k8s.io   []                  []               [create]
                selfsubjectrulesreviews.authorization.k8s.io    []                  []               [create]
                pods/log                                        []                  []               [get list]
                pods                                            []                  []               [get list]
                                                                [/api/*]            []               [get]
                                                                [/api]              []               [get]
                                                                [/apis/*]           []               [get]
                                                                [/apis]             []               [get]
                                                                [/healthz]          []               [get]
                                                                [/livez]            []               [get]
                                                                [/openapi/*]        []               [get]
                                                                [/openapi]          []               [get]
                                                                [/readyz]           []               [get]
                                                                [/version/]         []               [get]
                                                                [/version]          []               [get]
                deployments.apps/scale                          []                  [web]            [patch]
                $ kubectl auth can-i --list --no-headers | head -3
                *.*                                             []             []    [*]
                                                                [*]            []    [*]
                selfsubjectreviews.authentication.k8s.io        []             []    [create]
                """);
    }
}
