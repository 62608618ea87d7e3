package dev.palimpsest.dashboard;

import io.swagger.v3.oas.annotations.Hidden;
import org.springframework.stereotype.Controller;
import org.springframework.web.bind.annotation.GetMapping;

/** Every page is the same file, which shows what its address says. */
@Hidden
@Controller
class PageController {
    @GetMapping({
        "/",
        "/experiments/{id}",
        "/jobs/{id}",
        "/evaluations/{id}",
        "/submit",
        "/catalog",
        "/datasets/{name}",
        "/workers",
        "/compare",
        "/access"
    })
    String page() {
        return "forward:/index.html";
    }
}
