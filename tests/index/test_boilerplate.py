import pytest

from index.boilerplate import LONGEST_LINE, boilerplate_ranges, kind_of

BOILERPLATE = [
    ("browser", "IE 11 is not supported. For an optimal experience visit our site on another browser."),
    ("browser", "Your browser is out of date. Update it to see this page."),
    ("browser", "Please enable JavaScript to view the comments."),
    ("app", "Download the NBC News app for breaking news"),
    ("app", "Get our app"),
    ("cookies", "We use cookies to improve your experience on our website."),
    ("cookies", "By continuing to use this site, you agree to our use of cookies."),
    ("cookies", "Accept all cookies"),
    ("newsletter", "Sign up for our newsletter"),
    ("newsletter", "Sign up for the Morning Briefing. The day's news, sent before breakfast."),
    ("newsletter", "Click here to subscribe"),
    ("newsletter", "Subscribe now"),
    ("advertisement", "Advertisement"),
    ("advertisement", "  ADVERTISEMENT\t"),
    ("advertisement", "Story continues below advertisement"),
    ("share", "Share this article"),
    ("share", "Share on Facebook, Twitter and WhatsApp"),
    ("share", "5 min read"),
    ("follow", "Follow us on Twitter and Facebook"),
    ("follow", "Follow NBC News on Instagram"),
    ("more", "Read more: How the embassy was besieged"),
    ("more", "**Related:** Iran vows revenge"),
    ("image", "Image: US Airstrike, Suleimani"),
    ("image", "The vehicle burns near the airport, on Jan. 3, 2020.Iraqi Prime Minister Press Office via AP"),
    ("image", "Protesters outside the embassy on Wednesday. Ahmad Al-Rubaye / AFP via Getty Images"),
    ("image", "A mourner holds a picture in Tehran. (AP Photo/Jane Roe)"),
    ("image", "Photo: Jane Roe"),
    ("image", "Image source, Getty Images"),
    ("image", "![The burning car](car.jpg)"),
    ("rights", "© 2020 The Daily Globe. All rights reserved."),
    ("rights", "All rights reserved"),
    ("rights", "Terms of Use | Privacy Policy"),
]
PROSE = [
    "She baked cookies for the soldiers, as she had every Christmas since 1943.",
    "We use cookies as the crust of this cake, the baker said.",
    '"We use cookies to improve your experience," the banner on the company\'s website read.',
    "This site uses cookies, regulators found, even where visitors had refused them all.",
    "The company's app was downloaded two million times in a week.",
    "Download the Acme app for your phone, type the code, and hold the lock for five seconds.",
    "Sign up for health insurance begins on Nov. 1 in every state but two.",
    "Share prices fell by 4 percent on Friday.",
    "Follow the money, an investigator told the newspaper on Twitter, and the trail goes cold.",
    "The advertisement ran in all the city's newspapers.",
    "Advertisements for soap paid for the first radio dramas.",
    "The contract ended with the words all rights reserved, in small type.",
    "All rights reserved to the tribe by the treaty remain in force.",
    "Copyright law was changed in 1976.",
    "The image was taken by a photographer of Reuters.",
    "The news was first reported by The Associated Press.",
    "Officials confirmed the strike in a statement sent via AP.",
    "Iran's top general is killed in Baghdad - Reuters",
    "Read more and you will sleep better, the study's authors advise.",
    "IE 11 was the last version of the browser that Microsoft made.",
    "Internet Explorer 11 is a browser that few people still use.",
    "More from him was not to be had: he hung up.",
    "Credit is what the small shops lack: banks lend to them no more.",
    "The clock read 5 minutes to midnight.",
]


@pytest.mark.parametrize(("kind", "line"), BOILERPLATE)
def test_lines_of_a_page_are_told_from_the_article(kind: str, line: str) -> None:
    assert kind_of(line) == kind


@pytest.mark.parametrize("line", PROSE)
def test_prose_stays(line: str) -> None:
    assert kind_of(line) is None


def test_long_lines_are_paragraphs() -> None:
    credit = " via AP"
    assert kind_of("a" * (LONGEST_LINE - len(credit)) + credit) == "image"
    assert kind_of("a" * (LONGEST_LINE - len(credit) + 1) + credit) is None


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_ranges_are_whole_lines_whatever_ends_them(end: str) -> None:
    text = end.join(["Advertisement", "He was 62.", "", "Share this article"])
    assert [text[start:stop] for start, stop in boilerplate_ranges(text)] == ["Advertisement", "Share this article"]


def test_ranges_count_from_the_text_and_not_from_where_the_search_begins() -> None:
    text = "Advertisement\nHe was 62.\nAdvertisement\n"
    assert boilerplate_ranges(text, start=14) == [(25, 38)]
