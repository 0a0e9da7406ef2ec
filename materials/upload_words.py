"""What the page's script says while a file is on its way (static/js/upload.js), in the page's language."""

from typing import Any

from django.utils.translation import gettext as _

# File names by their ends, grouped by what there is to do about them.
_SHOWS = ("pps", "ppsx", "ppsm")
_MACROS = ("pptm", "potm")
_TEMPLATES = ("pot", "potx", "dpt")
_DOCUMENTS = ("doc", "docx", "wps", "xls", "xlsx", "txt")
_ARCHIVES = ("zip", "rar", "7z")
_PICTURES = ("jpg", "jpeg", "png", "gif", "heic", "bmp")
_VIDEOS = ("mp4", "mov", "wmv", "avi", "mkv", "flv", "rmvb", "rm", "webm", "3gp", "mpg", "mpeg", "mts", "m4v")
_PLAYS = ("mp4", "mov", "m4v")
_DECKS = ("ppt", "pptx", "pdf", *_SHOWS, *_MACROS)


def upload_words() -> dict[str, Any]:
    """Sentences by name; {n}, {name}, {size} and {largest} are filled in by the script."""
    return {
        "beginning": _("正在准备上传……"),
        "paused": _("已暂停。"),
        "secondsLeft": _("还需约 {n} 秒"),
        "minutesLeft": _("还需约 {n} 分钟"),
        "hoursLeft": _("还需约 {n} 小时"),
        "offline": _("网络已断开，恢复后自动继续（{n} 秒后再试）。"),
        "lost": _("网络中断，{n} 秒后重试。已传的部分不会丢。"),
        "busy": _("服务器忙，{n} 秒后重试。已传的部分不会丢。"),
        "blocked": _(
            "当前网络拦截了文件上传（网页能打开，文件传不上去）。请换一个网络，如改用手机流量，"
            "或请网络管理员放行本网站；换好后自动继续（{n} 秒后再试），已传的部分不会丢。"
        ),
        "elsewhere": _("另一个窗口正在上传这个文件，两边会接着传完。"),
        "full": _("服务器存储空间不足。"),
        "again": _("{n} 秒后再试；已传的部分不会丢。"),
        "signedOut": _("登录已过期。请在新窗口重新登录，登录后这里自动继续。"),
        "done": _("上传完成，正在检查文件。"),
        "dropped": _("已放弃这次上传。"),
        "notDropped": _("没有放弃成功，请检查网络后再试。"),
        "reallyDrop": _("放弃这次上传？已传的部分会删除。"),
        "another": _("这不是上次没传完的“{name}”。继续上传，就放弃上次没传完的。"),
        "leave": _("文件还没有传完。"),
        "empty": _("这个文件是空的，请重新选择。"),
        "tooLarge": {
            "deck": _("文件有 {size}，超过 {largest} 的上限。请在 PPT 里压缩图片，删去内嵌的视频，再另存后上传。"),
            "video": _("文件有 {size}，超过 {largest} 的上限。请用剪辑软件导出为 1080p 或 720p 的 MP4 后再上传。"),
        },
        "formats": _formats(),
        "stopped": {
            "refused": _("服务器没有接受这次上传，请刷新页面后再试。"),
            "gone": _("这次上传已不存在，或者登录的是别人的账号。请刷新页面后重新选择文件。"),
            "over": _("这次上传已经结束（已放弃、已收齐或已过最迟时间）。请刷新页面查看。"),
            "other": _("选择的文件和上次没传完的不是同一个，请刷新页面后重新选择。"),
            "unreadable": _("读不到这个文件，它可能已被改动或移走。请重新选择。"),
        },
    }


def _formats() -> dict[str, dict[str, str]]:
    """What to do about a file whose name ends so, by kind and end."""
    deck = {
        **dict.fromkeys(_SHOWS, _("这是放映格式。请用 PowerPoint 或 WPS 打开，另存为 .pptx 后再上传。")),
        **dict.fromkeys(_MACROS, _("这种格式带宏，不能接收。请另存为 .pptx（不带宏）后再上传。")),
        **dict.fromkeys(_TEMPLATES, _("这是模板文件。请另存为 .pptx 后再上传。")),
        **dict.fromkeys(("dps", "key", "odp"), _("请在原来的软件里导出为 .pptx 或 PDF 后再上传。")),
        **dict.fromkeys(_DOCUMENTS, _("这不是 PPT。请选择 .pptx、.ppt 或 PDF 文件。")),
        **dict.fromkeys(_PICTURES, _("这是图片。请选择 .pptx、.ppt 或 PDF 文件。")),
        **dict.fromkeys(_ARCHIVES, _("这是压缩包。请先解压，再选择里面的 PPT 文件。")),
        **dict.fromkeys(_VIDEOS, _("这是视频。请在“视频”一栏上传；这里上传 PPT。")),
    }
    unplayable = [each for each in _VIDEOS if each not in _PLAYS]
    video = {
        **dict.fromkeys(unplayable, _("会场电脑可能放不了这种视频。请用剪映等软件导出为 MP4（H.264）后再上传。")),
        **dict.fromkeys(_ARCHIVES, _("这是压缩包。请先解压，再选择里面的视频文件。")),
        **dict.fromkeys((*_PICTURES, *_DOCUMENTS), _("这不是视频。请选择 .mp4 或 .mov 文件。")),
        **dict.fromkeys(_DECKS, _("这是 PPT。请在“PPT 课件”一栏上传；这里上传视频。")),
    }
    return {"deck": deck, "video": video}
