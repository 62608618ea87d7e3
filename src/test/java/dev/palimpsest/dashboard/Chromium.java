package dev.palimpsest.dashboard;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.openqa.selenium.By;
import org.openqa.selenium.JavascriptExecutor;
import org.openqa.selenium.NoSuchElementException;
import org.openqa.selenium.StaleElementReferenceException;
import org.openqa.selenium.WebDriver;
import org.openqa.selenium.WebElement;
import org.openqa.selenium.chrome.ChromeDriver;
import org.openqa.selenium.chrome.ChromeOptions;
import org.openqa.selenium.logging.LogType;
import org.openqa.selenium.logging.LoggingPreferences;
import org.openqa.selenium.support.ui.WebDriverWait;

/** A real browser without a window, which keeps what pages write to its console. */
final class Chromium implements AutoCloseable {
    private static final Duration PATIENCE =
            Duration.ofSeconds(Integer.getInteger("palimpsest.patience", 180));

    private final ChromeDriver driver;

    private Chromium(ChromeDriver driver) {
        this.driver = driver;
    }

    /** Whether this machine has one, with its driver. */
    static boolean isHere() {
        return found("chromedriver").exists() && found("chromium").exists();
    }

    private static File found(String program) {
        return Arrays.stream(System.getenv("PATH").split(File.pathSeparator, -1))
                .map(folder -> new File(folder, program))
                .filter(File::canExecute)
                .findFirst()
                .orElse(new File("no " + program));
    }

    static Chromium started(Path downloads) {
        LoggingPreferences logged = new LoggingPreferences();
        logged.enable(LogType.BROWSER, java.util.logging.Level.ALL);
        ChromeOptions options = new ChromeOptions();
        options.setBinary(found("chromium"));
        options.addArguments(
                "--headless=new", "--no-sandbox", "--disable-gpu", "--window-size=1280,1000");
        options.setExperimentalOption(
                "prefs", Map.of("download.default_directory", downloads.toString()));
        options.setCapability("goog:loggingPrefs", logged);
        System.setProperty("webdriver.chrome.driver", found("chromedriver").toString());
        return new Chromium(new ChromeDriver(options));
    }

    WebDriver driver() {
        return driver;
    }

    void open(String address) {
        driver.get(address);
        until(By.cssSelector("main h1"));
    }

    /** Of the page; a window of its own could be no narrower than 500. */
    void resize(int width, int height) {
        driver.executeCdpCommand(
                "Emulation.setDeviceMetricsOverride",
                Map.of("width", width, "height", height, "deviceScaleFactor", 1, "mobile", false));
    }

    /** The first element that is there by then; fails with what the page says otherwise. */
    WebElement until(By by) {
        return until(by, _ -> true);
    }

    WebElement until(By by, java.util.function.Predicate<WebElement> is) {
        return new WebDriverWait(driver, PATIENCE)
                .ignoring(StaleElementReferenceException.class)
                .withMessage(
                        () -> by + " did not come on " + driver.getCurrentUrl() + ":\n" + text())
                .until(page -> page.findElements(by).stream().filter(is).findFirst().orElse(null));
    }

    /** Scrolls to a part of the page, which may be drawn only then. */
    void goTo(String css) {
        script(
                "arguments[0].scrollIntoView({block: 'center'})",
                driver.findElement(By.cssSelector(css)));
    }

    /** Presses what is called so. */
    void press(String words) {
        WebElement pressed =
                until(
                        By.cssSelector("main button, main a, main summary"),
                        one -> one.isDisplayed() && one.getText().strip().equals(words));
        script("arguments[0].scrollIntoView({block: 'center'})", pressed);
        pressed.click();
    }

    /** Types into the field of a name, in place of what it holds. */
    void type(String name, String text) {
        WebElement field = until(By.name(name));
        script("arguments[0].scrollIntoView({block: 'center'})", field);
        field.clear();
        field.sendKeys(text);
    }

    boolean has(By by) {
        try {
            return driver.findElement(by).isDisplayed();
        } catch (NoSuchElementException _) {
            return false;
        }
    }

    String text() {
        return driver.findElement(By.tagName("body")).getText();
    }

    Object script(String text, Object... arguments) {
        return ((JavascriptExecutor) driver).executeScript(text, arguments);
    }

    /**
     * What pages wrote to the console since it was asked last; that a spec has faults is no fault.
     */
    List<String> console() {
        return driver.manage().logs().get(LogType.BROWSER).getAll().stream()
                .map(entry -> entry.getMessage())
                .filter(message -> !message.contains("the server responded with a status of 422"))
                .toList();
    }

    void saysNothingToTheConsole() {
        assertThat(console()).isEmpty();
    }

    @Override
    public void close() {
        driver.quit();
    }
}
