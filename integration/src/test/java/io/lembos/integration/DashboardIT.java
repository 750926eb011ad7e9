package io.lembos.integration;

import static org.assertj.core.api.Assertions.assertThat;

import io.lembos.integration.cluster.Checkout;
import io.lembos.integration.cluster.Command;
import io.lembos.integration.cluster.TestCluster;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** The dashboard's page in a real browser: log in with a code, see what is there, see it change. */
class DashboardIT {
    private static final Pattern LOGIN = Pattern.compile("Open +(\\S+)\\s+Code +(\\S+)");
    private static final Path PICTURES = Path.of("target/screenshots");

    @Test
    void pageShowsTheClusterLiveToWhoLoggedIn() throws Exception {
        try (TestCluster cluster = TestCluster.create("page").up();
                Browser browser = Browser.start()) {
            cluster.kubectl(
                            "apply",
                            "-f",
                            Checkout.root().resolve("examples/hello/").toString())
                    .output();
            cluster.kubectl("rollout", "status", "deployment/hello", "--timeout=60s")
                    .output();
            Matcher login = LOGIN.matcher(cluster.lembos("dashboard").output());
            assertThat(login.find()).isTrue();

            browser.open(login.group(1));
            browser.await("!document.getElementById('login').hidden");
            browser.screenshot(PICTURES.resolve("login.png"));
            browser.evaluate("document.getElementById('code').value = '" + login.group(2) + "';"
                    + "document.getElementById('login-form').requestSubmit()");
            browser.await("!document.getElementById('board').hidden");
            browser.await("document.getElementById('user').innerText.includes('kubernetes-admin')");
            openTab(browser, "Pods");
            browser.await(
                    rows() + ".filter(r => r.innerText.includes('hello-') && r.innerText.includes('Running')).length"
                            + " == 3");
            browser.screenshot(PICTURES.resolve("pods-light.png"));

            cluster.kubectl("scale", "deployment/hello", "--replicas=4").output();
            browser.await(
                    rows() + ".filter(r => r.innerText.includes('hello-') && r.innerText.includes('Running')).length"
                            + " == 4");
            cluster.kubectl("delete", "deployment", "hello").output();
            browser.await(rows() + ".filter(r => r.innerText.includes('hello-')).length == 0");

            openTab(browser, "Nodes");
            browser.await(rows() + ".filter(r => r.innerText.includes('Ready')).length == 1");
            browser.prefer("dark");
            browser.screenshot(PICTURES.resolve("nodes-dark.png"));
        }
    }

    @Test
    void nothingIsShownToWhoHasNoIdentity() throws Exception {
        try (TestCluster cluster = TestCluster.create("page").up("--runtime", "simulated")) {
            String url = cluster.status().path("dashboard").asText();
            Command.Result answer = new Command(
                            cluster.environment(),
                            java.util.List.of(
                                    "curl", "-sk", "-w", "%{http_code}", "-X", "POST", url + "/api/v1/login-codes"))
                    .run("");
            assertThat(answer.out()).endsWith("401").doesNotContain("\"code\":\"");
        }
    }

    private static void openTab(Browser browser, String title) throws Exception {
        browser.evaluate("[...document.querySelectorAll('#tabs [role=tab]')].find(t => t.innerText.includes('" + title
                + "')).click()");
    }

    private static String rows() {
        return "[...document.querySelectorAll('#rows tr')]";
    }
}
