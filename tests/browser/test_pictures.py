import base64
import re

import pytest
from playwright.sync_api import Page, expect

from tests.articles.test_pictures import TEXT, photograph

ADD = "/admin/articles/article/add/"

DROP = """([target, content, kind]) => {
  const data = new DataTransfer();
  const bytes = Uint8Array.from(atob(content), (letter) => letter.charCodeAt(0));
  data.items.add(new File([bytes], "photo.jpg", { type: "image/jpeg" }));
  const { left, top } = target.getBoundingClientRect();
  const about = { bubbles: true, cancelable: true, clientX: left + 20, clientY: top + 20 };
  const event = kind === "drop" ? new DragEvent("drop", { ...about, dataTransfer: data })
    : new ClipboardEvent("paste", { ...about, clipboardData: data });
  target.dispatchEvent(event);
}"""


def give(page: Page, selector: str, kind: str, content: bytes) -> None:
    target = page.locator(selector).first
    target.scroll_into_view_if_needed()
    page.evaluate(DROP, [target.element_handle(), base64.b64encode(content).decode(), kind])


def fill(page: Page, alt="朝の港"):
    dialog = page.locator(".picture-dialog")
    dialog.locator("[name=alt]").fill(alt)
    dialog.locator("[name=caption]").fill("港")
    dialog.locator("[name=author]").fill("瓦版写真部")
    dialog.locator("[type=submit]").click()
    return dialog


@pytest.mark.parametrize("kind", ["drop", "paste"])
def test_a_picture_given_to_the_editor_is_asked_about_and_put_in(owner: Page, kind):
    owner.goto(ADD)
    expect(owner.locator(".field-body .tiptap")).to_be_visible()
    give(owner, ".field-body .tiptap", kind, photograph())
    expect(fill(owner)).to_have_count(0)
    figure = owner.locator(".field-body .tiptap figure")
    expect(figure.locator("img")).to_have_attribute("alt", "朝の港")
    expect(figure.locator("img")).to_have_attribute("src", re.compile(r"^/media/pictures/"))
    expect(figure.locator("figcaption")).to_have_text("港 出典:瓦版写真部")
    expect(owner.locator("#id_body")).to_have_value(re.compile("/media/pictures/"))


def test_one_is_chosen_by_a_button(owner: Page):
    owner.goto(ADD)
    owner.locator(".field-body .picture-choose").click()
    dialog = owner.locator(".picture-dialog")
    file = {"name": "a.jpg", "mimeType": "image/jpeg", "buffer": photograph()}
    dialog.locator("[type=file]").set_input_files(file)
    expect(fill(owner)).to_have_count(0)
    expect(owner.locator(".field-body .tiptap figure img")).to_have_count(1)


def test_the_eye_catch_is_given_in_the_same_way(owner: Page):
    owner.goto(ADD)
    give(owner, ".field-eye_catch", "drop", photograph())
    expect(fill(owner, alt="夜の駅")).to_have_count(0)
    expect(owner.locator("#id_eye_catch option:checked")).to_have_text("夜の駅")
    expect(owner.locator(".field-eye_catch .select2-selection__rendered")).to_contain_text("夜の駅")


def test_a_refusal_stands_in_the_dialog(owner: Page, browser_watch):
    browser_watch.expect("status of 422")
    owner.goto(ADD)
    give(owner, ".field-body .tiptap", "drop", TEXT)
    dialog = fill(owner)
    expect(dialog.locator(".errorlist")).to_be_visible()
    expect(dialog.locator("[name=alt]")).to_have_value("朝の港")
    dialog.locator("[data-upload-cancel]").click()
    expect(dialog).to_have_count(0)
    expect(owner.locator(".field-body .tiptap figure")).to_have_count(0)
