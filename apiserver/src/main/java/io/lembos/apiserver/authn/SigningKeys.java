package io.lembos.apiserver.authn;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.interfaces.ECPrivateKey;
import java.security.interfaces.ECPublicKey;
import java.security.spec.PKCS8EncodedKeySpec;
import java.security.spec.X509EncodedKeySpec;
import java.util.Base64;

/** The P-256 key pair that signs the tokens of service accounts. */
public record SigningKeys(ECPrivateKey key, ECPublicKey publicKey) {

    /**
     * @param key PEM file, PKCS#8
     * @param publicKey PEM file, SubjectPublicKeyInfo
     */
    public static SigningKeys read(Path key, Path publicKey) {
        try {
            KeyFactory factory = KeyFactory.getInstance("EC");
            return new SigningKeys(
                    (ECPrivateKey) factory.generatePrivate(new PKCS8EncodedKeySpec(content(key))),
                    (ECPublicKey) factory.generatePublic(new X509EncodedKeySpec(content(publicKey))));
        } catch (IOException e) {
            throw new UncheckedIOException("Cannot read the service accounts' signing key", e);
        } catch (GeneralSecurityException e) {
            // Without the cause: it may quote what it could not read.
            throw new IllegalArgumentException(key + " or " + publicKey + " holds no P-256 key");
        }
    }

    private static byte[] content(Path file) throws IOException {
        StringBuilder base64 = new StringBuilder();
        Files.readAllLines(file).stream().filter(l -> !l.startsWith("-----")).forEach(base64::append);
        return Base64.getDecoder().decode(base64.toString());
    }

    @Override
    public String toString() {
        return "SigningKeys";
    }
}
