from playwright.sync_api import expect

DARK_GROUND = "rgb(25, 24, 21)"


def test_the_choice_of_colours_is_remembered(phone):
    phone.goto("/")
    phone.get_by_role("button", name="暗い配色").click()
    expect(phone.locator("body")).to_have_css("background-color", DARK_GROUND)
    phone.goto("/archive/")
    expect(phone.locator("body")).to_have_css("background-color", DARK_GROUND)
    expect(phone.get_by_role("button", name="暗い配色")).to_have_attribute("aria-pressed", "true")


def test_without_scripts_there_is_no_switch(no_scripts_phone):
    no_scripts_phone.goto("/")
    expect(no_scripts_phone.locator(".theme")).to_be_hidden()
