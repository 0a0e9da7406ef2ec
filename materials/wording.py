"""What the inspection found and measured, in words that tell a secretary what to do."""

from typing import Any

from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from materials.models import Material

# What a file turned out to be (materials.inspection.sniff and its rooms).
THINGS = {
    "archive": _("压缩包"),
    "avi": _("AVI 视频"),
    "doc": _("Word 文档"),
    "docx": _("Word 文档"),
    "flash": _("Flash 动画"),
    "flv": _("FLV 视频"),
    "matroska": _("MKV 或 WebM 视频"),
    "mov": _("视频"),
    "mp4": _("视频"),
    "mpeg": _("MPEG 视频"),
    "odp": _("ODP 演示文稿"),
    "odt": _("OpenDocument 文档"),
    "ole": _("其他 Office 文件"),
    "page": _("网页"),
    "pdf": _("PDF 文件"),
    "picture": _("图片"),
    "playlist": _("播放列表"),
    "potx": _("PPT 模板（.potx）"),
    "ppsx": _("PPT 放映文件（.ppsx）"),
    "program": _("可执行程序"),
    "real": _("RealMedia 视频"),
    "rtf": _("RTF 文档"),
    "script": _("脚本"),
    "sound": _("音频"),
    "svg": _("SVG 图形"),
    "text": _("文本文件"),
    "unknown": _("无法识别的文件"),
    "wmv": _("WMV 视频"),
    "xls": _("Excel 表格"),
    "xlsx": _("Excel 表格"),
    "zip": _("压缩包"),
}
FILMS = {"mp4", "mov", "avi", "wmv", "flv", "matroska", "mpeg", "real"}
SLIDES = {"odp", "ppsx", "potx"}
DECKS = {"zip", "ole", "pdf"}

# What a deck wanted to fetch from elsewhere.
LINKED = {
    "media": _("视频或音频"),
    "object": _("表格或其他文件"),
    "other": _("内容"),
    "picture": _("图片"),
    "template": _("模板"),
}

SENTENCES = {
    "empty": _("文件是空的，请重新选择文件上传。"),
    "truncated": _("文件不完整，后面的内容缺失。请在本机确认能完整打开，再重新导出并上传。"),
    "damaged": _("文件已损坏。请打开原文件，另存为一个新文件后再上传。"),
    "unreadable": _("文件无法读取。请打开原文件，另存为一个新文件后再上传；仍不行请联系组织者。"),
    "too_demanding": _("检查这个文件用的时间或内存过多。请另存为一个新文件，或压缩其中的图片和视频后再上传。"),
    "encrypted": _("文件设有密码或限制。请取消密码和各项限制，另存后再上传。"),
    "disguised": _("文件里夹带了别的数据。请打开原文件，另存为一个新文件后再上传。"),
    "zip_bomb": _("文件展开后大得不正常。请打开原文件，另存为一个新文件后再上传。"),
    "zip_trick": _("文件的内部结构不正常。请用 WPS 或 PowerPoint 打开，另存为 .pptx 后再上传。"),
    "xml_entities": _("文件的内部结构不安全。请用 WPS 或 PowerPoint 打开，另存为 .pptx 后再上传。"),
    "macro": _("课件含有宏。请在 WPS 或 PowerPoint 里另存为不带宏的 .pptx 再上传。"),
    "active_x": _("课件含有 ActiveX 控件。请删除这些控件，另存后再上传。"),
    "embedded_program": _("课件里嵌入了程序、脚本或网页。请删除后另存，再上传。"),
    "embedded_object": _("课件里嵌入了其他文件或对象。请把它粘贴为图片，或改用 PPT 自带的表格和图表，另存后再上传。"),
    "external_link": _("课件里的%(what)s是链接到外部的，到了会场无法显示。请断开链接、直接插入课件，另存后再上传。"),
    "file_link": _("课件里有指向本机或局域网文件的超链接，到了会场打不开。请删除，或改为网址，另存后再上传。"),
    "run_program": _("课件里有运行程序的按钮或链接。请删除后另存，再上传。"),
    "no_slides": _("课件里一页也没有。请确认选对了文件。"),
    "pdf_script": _("PDF 含有脚本。请从 WPS 或 PowerPoint 重新输出为 PDF，或直接上传 .pptx。"),
    "pdf_remote": _("PDF 会打开或提交到外部文件。请从 WPS 或 PowerPoint 重新输出为 PDF，或直接上传 .pptx。"),
    "pdf_opening": _("PDF 一打开或翻页就会自动打开网址或执行别的动作。请去掉动作，重新输出为 PDF，或直接上传 .pptx。"),
    "pdf_media": _("PDF 含有多媒体内容，会场无法播放。请把视频作为视频材料单独上传，并重新输出 PDF。"),
    "pdf_attachment": _("PDF 带有附件。请删除附件，重新输出后再上传。"),
    "pdf_form": _("PDF 是动态表单。请用“打印为 PDF”重新输出后再上传。"),
    "no_index": _("视频没有录制或导出完成，无法播放。请重新导出为 MP4 后再上传。"),
    "locked": _("视频有版权保护（DRM），会场无法播放。请上传没有加密的视频。"),
    "external_data": _("视频的画面或声音保存在别的文件里。请在剪辑软件中导出为一个独立的 MP4 后再上传。"),
    "no_picture": _("文件里没有视频画面。请确认选对了文件，导出为 MP4 后再上传。"),
    "not_playable": _("视频画面无法解码播放。请重新导出为 MP4（H.264 视频、AAC 声音）后再上传。"),
    "web_addin": _("课件带有联网加载项，会场不联网，不会起作用。"),
    "deck_media": _("课件里的视频可能无法在会场播放。建议换成 MP4（H.264 视频、AAC 声音），并提前到会场试播。"),
    "picture_codec": _("视频编码是 %(codec)s，会场电脑不一定能播放。建议导出为 H.264 编码的 MP4。"),
    "sound_codec": _("声音编码是 %(codec)s，会场电脑不一定能播放。建议导出为 AAC 声音。"),
    "colour": _("视频的色彩格式（%(colour)s）会场电脑不一定能播放。建议导出为普通的 8 位 H.264 视频。"),
    "no_sound": _("视频没有声音。如果不是有意为之，请重新导出。"),
    "too_long": _("视频长 %(length)s，超过了 %(most)s的上限，超时会扣分。请核对。"),
    "too_many_frames": _("视频每秒 %(fps)s 帧，会场电脑播放可能不流畅。建议导出为每秒 25 或 30 帧。"),
    "too_many_pixels": _(
        "视频分辨率为 %(width)s×%(height)s，高于 1920×1080，会场电脑播放可能不流畅。建议导出为 1080p。"
    ),
}
UNKNOWN = _("检查没有通过。请打开原文件，另存为一个新文件后再上传；仍不行请联系组织者。")

# Why the pages of a deck are not there as pictures.
WHYS = {
    "no_office": _("本机没有安装 LibreOffice，不能生成全部页面的预览。"),
    "cannot_shut_in": _("本机不能隔离运行转换程序，为了安全不生成全部页面的预览。"),
    "too_long": _("生成预览用的时间过长，已停止。"),
    "failed": _("生成预览没有成功。"),
    "too_many": _("页数较多，只生成了前面的页面。"),
}

CODECS = {
    "aac": "AAC",
    "av1": "AV1",
    "h264": "H.264",
    "hevc": "H.265（HEVC）",
    "mp3": "MP3",
    "mpeg4": "MPEG-4",
    "prores": "ProRes",
    "vp9": "VP9",
}


def told(finding: dict[str, Any]) -> str:
    """One finding as a sentence: where, what is wrong, what to do."""
    args = finding.get("args", {})
    code = finding["code"]
    if code in ("not_a_deck", "not_a_video"):
        return _wrong_kind(code, args.get("found", "unknown"))
    sentence = str(SENTENCES.get(code, UNKNOWN)) % _words(args)
    if pages := args.get("pages"):
        where = gettext("、").join(str(page) for page in pages)
        sentence = gettext("第 %(pages)s 页：%(sentence)s") % {"pages": where, "sentence": sentence}
    if example := args.get("example"):
        sentence = gettext("%(sentence)s（例如：%(example)s）") % {"sentence": sentence, "example": example}
    return sentence


def facts_told(material: Material) -> list[tuple[str, str]]:
    """What was measured, as rows of label and value."""
    facts = material.facts
    rows = [(gettext("格式"), material.format.upper() if material.format else "")]
    rows += _of_a_deck(facts) if "slides" in facts else _of_a_video(facts)
    return [(label, value) for label, value in rows if value]


def why_told(code: str) -> str:
    """Why a preview has fewer pictures than the deck has pages; empty without a reason."""
    return str(WHYS.get(code, WHYS["failed"])) if code else ""


def duration_told(milliseconds: int) -> str:
    """In whole seconds: 4 分 58 秒, 5 分钟."""
    minutes, seconds = divmod(milliseconds // 1000, 60)
    if minutes and not seconds:
        return gettext("%(minutes)d 分钟") % {"minutes": minutes}
    if not minutes:
        return gettext("%(seconds)d 秒") % {"seconds": seconds}
    return gettext("%(minutes)d 分 %(seconds)d 秒") % {"minutes": minutes, "seconds": seconds}


def _wrong_kind(code: str, found: str) -> str:
    """What it is instead, and where that belongs or how it becomes what is wanted."""
    thing = str(THINGS.get(found, THINGS["unknown"]))
    if code == "not_a_deck":
        if found in FILMS:
            advice = gettext("视频请在“视频”一栏上传。")
        elif found in SLIDES:
            advice = gettext("请在 WPS 或 PowerPoint 里打开，另存为 .pptx 后再上传。")
        else:
            advice = gettext("请上传 .pptx、.ppt 或 .pdf 课件；只改文件名后缀不会改变文件类型。")
        return gettext("这是%(thing)s，不是课件。%(advice)s") % {"thing": thing, "advice": advice}
    if found in FILMS:
        advice = gettext("请用剪辑软件导出为 MP4（H.264 视频、AAC 声音）后再上传。")
    elif found in DECKS:
        advice = gettext("课件请在“PPT 课件”一栏上传。")
    else:
        advice = gettext("请上传 .mp4 或 .mov 视频；只改文件名后缀不会改变文件类型。")
    return gettext("这是%(thing)s，不是可以使用的视频。%(advice)s") % {"thing": thing, "advice": advice}


def _words(args: dict[str, Any]) -> dict[str, str]:
    """The figures and names of a finding as they stand in its sentence."""
    words = {key: str(value) for key, value in args.items()}
    if "what" in args:
        words["what"] = str(LINKED.get(args["what"], LINKED["other"]))
    if "codec" in args:
        words["codec"] = _codec(args["codec"])
    if "milliseconds" in args:
        words["length"] = duration_told(args["milliseconds"])
        words["most"] = duration_told(args["most_seconds"] * 1000)
    if "fps_c" in args:
        words["fps"] = _fps(args["fps_c"])
    return words


def _of_a_deck(facts: dict[str, Any]) -> list[tuple[str, str]]:
    slides = ngettext("%(slides)d 页", "%(slides)d 页", facts["slides"]) % {"slides": facts["slides"]}
    if hidden := facts.get("hidden"):
        slides = gettext("%(slides)d 页（其中隐藏 %(hidden)d 页）") % {"slides": facts["slides"], "hidden": hidden}
    media = facts.get("media")
    return [
        (gettext("页数"), slides),
        (gettext("画面比例"), facts.get("shape", "")),
        (gettext("内嵌音视频"), gettext("%(count)d 个") % {"count": media} if media else ""),
    ]


def _of_a_video(facts: dict[str, Any]) -> list[tuple[str, str]]:
    return [
        (gettext("时长"), duration_told(facts["milliseconds"]) if "milliseconds" in facts else ""),
        (gettext("分辨率"), f"{facts['width']}×{facts['height']}" if "width" in facts else ""),
        (gettext("帧率"), gettext("%(fps)s 帧/秒") % {"fps": _fps(facts["fps_c"])} if "fps_c" in facts else ""),
        (gettext("视频编码"), _codec(facts.get("video", ""))),
        (gettext("声音编码"), (_codec(facts["audio"]) or gettext("无声音")) if "audio" in facts else ""),
    ]


def _codec(name: str) -> str:
    return CODECS.get(name, name.upper())


def _fps(fps_c: int) -> str:
    """Hundredths as people write them: 25, 29.97."""
    return f"{fps_c // 100}.{fps_c % 100:02}".rstrip("0").rstrip(".")
