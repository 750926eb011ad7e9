package io.lembos.apiserver.kubectl;

import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** {@code kubectl create token}: tokens of service accounts, and clients that use them. */
@EveryKubectl
class CreateTokenIT {
    /** Prints what a token says of itself. */
    private static final String CLAIMS = "cut -d. -f2 | tr _- /+ | sed 's/$/==/' | base64 -d 2>/dev/null";

    private final Terminal terminal;

    CreateTokenIT(Path program, Office office) {
        terminal = office.desk(program);
    }

    @BeforeEach
    void makesAnAccount() {
        terminal.shows("""
                $ kubectl create serviceaccount bot
                serviceaccount/bot created
                """);
    }

    @Test
    void lastsForAnHourUnlessToldOtherwise() {
        terminal.shows("""
                $ claims() { kubectl create token bot "$@" | %s; }
                > claims | tr , '\\n' | grep -e exp -e iat | tr -dc '0-9\\n' | paste -sd- | bc
                3600
                $ kubectl create token bot --duration=20m -o jsonpath='{.spec.expirationSeconds}'; echo
                1200
                $ kubectl create token bot --duration=10s
                error: failed to create token: TokenRequest.authentication.k8s.io "bot" is invalid: \
                spec.expirationSeconds: Invalid value: 10: may not specify a duration less than 10 minutes
                [1]
                $ kubectl create token nobody
                error: failed to create token: serviceaccounts "nobody" not found
                [1]
                """.formatted(CLAIMS));
    }

    @Test
    void isForItsAudiences() {
        terminal.shows("""
                $ kubectl create token bot --audience=a --audience=b | %s | grep -o '"aud":[^]]*]'
                "aud":["a","b"]
                $ kubectl create token bot | %1$s | grep -o '"sub":"[^"]*"'
                "sub":"system:serviceaccount:$NS:bot"
                """.formatted(CLAIMS));
    }

    @Test
    void isAClientsCredential() {
        terminal.shows("""
                $ cat >config <<E
                > apiVersion: v1
                > kind: Config
                > current-context: bot
                > clusters: [{name: here, cluster: $(kubectl config view --raw -o jsonpath='{.clusters[0].cluster}')}]
                > contexts: [{name: bot, context: {cluster: here, user: bot, namespace: $NS}}]
                > users: [{name: bot, user: {token: $(kubectl create token bot)}}]
                > E
                ## from 1.28
                $ kubectl --kubeconfig=config auth whoami -o jsonpath='{.status.userInfo.groups}'; echo
                ["system:serviceaccounts","system:serviceaccounts:$NS","system:authenticated"]
                $ kubectl --kubeconfig=config get pods
                Error from server (Forbidden): pods is forbidden: User "system:serviceaccount:$NS:bot" cannot list \
                resource "pods" in API group "" in the namespace "$NS"
                [1]
                $ kubectl create role reader --verb=list --resource=pods
                role.rbac.authorization.k8s.io/reader created
                $ kubectl create rolebinding bots --role=reader --serviceaccount=$NS:bot
                rolebinding.rbac.authorization.k8s.io/bots created
                $ kubectl --kubeconfig=config get pods
                No resources found in $NS namespace.
                $ sed "s/token: .*}}]/token: $(kubectl create token bot --audience=a)}}]/" config >other
                > kubectl --kubeconfig=other get pods
                error: You must be logged in to the server (Unauthorized)
                [1]
                $ kubectl delete serviceaccount bot >/dev/null
                $ kubectl --kubeconfig=config get pods
                error: You must be logged in to the server (Unauthorized)
                [1]
                """);
    }

    @Test
    void endsWithTheObjectThatItIsBoundTo() {
        terminal.shows("""
                $ kubectl create token bot --bound-object-kind=Secret --bound-object-name=lock
                error: failed to create token: secrets "lock" not found
                [1]
                $ kubectl create token bot --bound-object-kind=Banana --bound-object-name=lock
                error: supported --bound-object-kind values are ‹.*›
                [1]
                $ kubectl create secret generic lock
                secret/lock created
                $ kubectl create token bot --bound-object-kind=Secret --bound-object-name=lock >token
                $ cat token | %s | grep -o '"secret":{"name":"lock","uid":"[^"]*"}'
                "secret":{"name":"lock","uid":"‹uid›"}
                $ cat >config <<E
                > apiVersion: v1
                > kind: Config
                > current-context: bot
                > clusters: [{name: here, cluster: $(kubectl config view --raw -o jsonpath='{.clusters[0].cluster}')}]
                > contexts: [{name: bot, context: {cluster: here, user: bot, namespace: $NS}}]
                > users: [{name: bot, user: {token: $(cat token)}}]
                > E
                $ kubectl --kubeconfig=config auth can-i get /version
                yes
                $ kubectl delete secret lock >/dev/null
                $ kubectl --kubeconfig=config auth can-i get /version
                error: You must be logged in to the server (Unauthorized)
                [1]
                """.formatted(CLAIMS));
    }
}
