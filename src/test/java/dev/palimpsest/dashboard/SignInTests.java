package dev.palimpsest.dashboard;

import static org.assertj.core.api.Assertions.assertThat;

import dev.palimpsest.ServiceTest;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIf;
import org.junit.jupiter.api.io.TempDir;
import org.openqa.selenium.By;
import org.openqa.selenium.WebElement;
import org.openqa.selenium.support.ui.Select;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.test.context.TestPropertySource;

/** The pages of a service that wants keys. */
@ServiceTest
@TestPropertySource(
        properties = {"palimpsest.role=api", "palimpsest.access.admin-key=" + SignInTests.ADMIN})
@EnabledIf(value = "dev.palimpsest.dashboard.Chromium#isHere", disabledReason = "no Chromium here")
class SignInTests {
    static final String ADMIN = "what-only-administrators-know";

    @TempDir static Path downloads;
    private static Chromium browser;

    @LocalServerPort int port;

    @BeforeAll
    static void start() {
        browser = Chromium.started(downloads);
    }

    @AfterAll
    static void stop() {
        browser.close();
    }

    @Test
    void whoHasNoKeyIsAskedForOneAndComesBackToWhatWasLookedFor() {
        browser.open(page("/catalog?part=tasks"));
        signIn("not-a-key");
        browser.until(By.cssSelector(".fault"), fault -> fault.getText().contains("not known"));
        browser.driver().findElement(By.name("key")).clear();
        signIn(ADMIN);
        browser.until(By.cssSelector("h1"), title -> title.getText().equals("Catalog"));

        browser.open(page("/access"));
        browser.until(By.cssSelector("#keys form"));
        WebElement form = browser.driver().findElement(By.cssSelector("#keys form"));
        form.findElement(By.name("name")).sendKeys("a reader <b>");
        new Select(form.findElement(By.name("scope"))).selectByValue("read");
        browser.press("Make a key");
        String key = browser.until(By.id("made")).getText();
        assertThat(browser.text()).contains("a reader <b>");
        browser.press("Sign out");
        browser.until(By.name("key"));
        signIn(key);
        browser.until(By.cssSelector("main p"), one -> one.getText().contains("a reader <b>"));
        assertThat(browser.driver().findElements(By.id("keys"))).isEmpty();
        assertThat((String) browser.script("return document.cookie")).isEmpty();
        assertThat(browser.driver().getPageSource()).doesNotContain(key);
    }

    private void signIn(String key) {
        browser.until(By.name("key")).sendKeys(key);
        browser.press("Sign in");
    }

    private String page(String path) {
        return "http://127.0.0.1:" + port + path;
    }
}
