package dev.palimpsest.web;

import java.beans.PropertyEditorSupport;
import org.springframework.web.bind.WebDataBinder;
import org.springframework.web.bind.annotation.ControllerAdvice;
import org.springframework.web.bind.annotation.InitBinder;

/** Reads a boolean parameter: true or false, without Spring's on, yes, 1 and their like. */
@ControllerAdvice
final class Truth extends PropertyEditorSupport {
    @InitBinder
    void register(WebDataBinder binder) {
        binder.registerCustomEditor(boolean.class, new Truth());
        binder.registerCustomEditor(Boolean.class, new Truth());
    }

    @Override
    public void setAsText(String text) {
        setValue(
                switch (text) {
                    case "true" -> true;
                    case "false" -> false;
                    default -> throw new IllegalArgumentException(text);
                });
    }
}
