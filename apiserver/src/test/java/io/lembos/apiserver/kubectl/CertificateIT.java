package io.lembos.apiserver.kubectl;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;

/** {@code kubectl certificate}: requests that are approved or denied. */
@EveryKubectl
class CertificateIT {
    private final Terminal terminal;

    CertificateIT(Path program, Office office) {
        terminal = office.desk(program);
    }

    @Test
    void requestsAreDecided() {
        terminal.shows("""
                $ openssl req -new -newkey rsa:2048 -nodes -subj /CN=jane -keyout key.pem -out csr.pem 2>/dev/null
                $ for name in a b; do kubectl create -f - <<E
                > apiVersion: certificates.k8s.io/v1
                > kind: CertificateSigningRequest
                > metadata: {name: $NS-$name}
                > spec:
                >   request: $(base64 -w0 csr.pem)
                >   signerName: kubernetes.io/kube-apiserver-client
                >   usages: [client auth]
                > E
                > done
                certificatesigningrequest.certificates.k8s.io/$NS-a created
                certificatesigningrequest.certificates.k8s.io/$NS-b created
                $ kubectl certificate approve $NS-a
                certificatesigningrequest.certificates.k8s.io/$NS-a approved
                $ kubectl certificate deny $NS-b
                certificatesigningrequest.certificates.k8s.io/$NS-b denied
                $ kubectl get csr $NS-a $NS-b
                NAME         AGE   SIGNERNAME                            REQUESTOR          REQUESTEDDURATION   CONDITION
                $NS-a   ‹age›    kubernetes.io/kube-apiserver-client   kubernetes-admin   <none>              Approved
                $NS-b   ‹age›    kubernetes.io/kube-apiserver-client   kubernetes-admin   <none>              Denied
                $ kubectl certificate approve $NS-b
                error: certificate signing request "$NS-b" is already Denied
                [1]
                $ kubectl certificate approve none
                Error from server (NotFound): certificatesigningrequests.certificates.k8s.io "none" not found
                [1]
                $ kubectl describe csr $NS-a
                Name:               $NS-a
                Labels:             <none>
                Annotations:        <none>
                CreationTimestamp:  ‹any›
                Requesting User:    kubernetes-admin
                Signer:             kubernetes.io/kube-apiserver-client
                Status:             Approved
                Subject:
                         Common Name:    jane
                         Serial Number:
                Events:  <none>
                """);
    }
}
