package io.lembos.apiserver.kubectl;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;

/** {@code kubectl create} of configuration: config maps, secrets, quotas and what belongs to a namespace. */
@EveryKubectl
class CreateConfigIT {
    private final Terminal terminal;

    CreateConfigIT(Path program, Office office) {
        terminal = office.desk(program);
    }

    @Test
    void configMaps() {
        terminal.shows("""
                $ printf 'a=1\\nb=2\\n' >env; printf hello >file.txt
                $ kubectl create configmap c --from-literal=x=y --from-file=file.txt --from-file=key=file.txt
                configmap/c created
                $ kubectl get configmap c -o jsonpath='{.data}'; echo
                {"file.txt":"hello","key":"hello","x":"y"}
                $ kubectl create configmap e --from-env-file=env
                configmap/e created
                $ kubectl get configmap e -o jsonpath='{.data}'; echo
                {"a":"1","b":"2"}
                $ kubectl create configmap e
                error: failed to create configmap: configmaps "e" already exists
                [1]
                $ kubectl create configmap Bad_Name
                error: failed to create configmap: ConfigMap "Bad_Name" is invalid: metadata.name: Invalid value: "Bad_Name": a \
                lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', and must start and end \
                with an alphanumeric character (e.g. 'example.com', regex used for validation is \
                '[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*')
                [1]
                $ kubectl create configmap f --from-literal=a=1 --append-hash --dry-run=client -o name
                configmap/f-‹[a-z0-9]{10}›
                """);
    }

    @Test
    void secrets() {
        terminal.shows("""
                $ kubectl create secret generic g --from-literal=a=b --type=example.com/own
                secret/g created
                $ kubectl get secret g -o jsonpath='{.type} {.data}'; echo
                example.com/own {"a":"Yg=="}
                $ kubectl create secret docker-registry d --docker-username=u --docker-password=p --docker-server=r.example
                secret/d created
                $ kubectl get secret d -o jsonpath='{.type} {.data.\\.dockerconfigjson}' | sed 's/.* //' | base64 -d; echo
                {"auths":{"r.example":{"username":"u","password":"p","auth":"dTpw"}}}
                $ openssl req -x509 -newkey rsa:2048 -nodes -subj /CN=x -keyout key.pem -out cert.pem 2>/dev/null
                $ kubectl create secret tls t --cert=cert.pem --key=key.pem
                secret/t created
                $ kubectl get secrets
                NAME   TYPE                             DATA   AGE
                d      kubernetes.io/dockerconfigjson   1      ‹age›
                g      example.com/own                  1      ‹age›
                t      kubernetes.io/tls                2      ‹age›
                """);
    }

    @Test
    void whatBelongsToANamespace() {
        terminal.shows("""
                $ kubectl create quota q --hard=pods=2,requests.cpu=1 --scopes=BestEffort
                error: failed to create quota: ResourceQuota "q" is invalid: spec.scopes: Invalid value: ‹any›: \
                unsupported scope applied to resource
                [1]
                $ kubectl create quota q --hard=pods=2,cpu=1500m
                resourcequota/q created
                $ kubectl get quota q -o jsonpath='{.spec.hard}'; echo
                {"cpu":"1500m","pods":"2"}
                $ kubectl create serviceaccount s
                serviceaccount/s created
                $ kubectl create namespace $NS-more
                namespace/$NS-more created
                $ kubectl create priorityclass $NS-p --value=1000 --description=high --preemption-policy=Never
                priorityclass.scheduling.k8s.io/$NS-p created
                $ kubectl get priorityclass $NS-p
                NAME         VALUE   GLOBAL-DEFAULT   AGE   PREEMPTIONPOLICY
                $NS-p   1000    false            ‹age›    Never
                """);
    }
}
