"""Spellings that `normalize` folds into one. Tables only: `from=to`, separated by spaces."""

from typing import Final


def _table(pairs: str) -> dict[str, str]:
    return dict(pair.split("=", 1) for pair in pairs.split())


# Traditional characters are already simplified when these are looked up.
CANTONESE: Final = _table("""
    唔该晒=谢谢 唔该=谢谢 多谢晒=谢谢 而家=现在 依家=现在 点解=为什么 点样=怎么 点算=怎么办
    边个=谁 边度=哪里 喺边=在哪 边间=哪间 几时=什么时候 冇得=没得 唔见咗=不见了 唔见=不见
    唔知=不知道 唔记得=不记得 唔使=不用 唔好=不要 唔得=不行 唔系=不是 唔到=不到 咩话=什么
    做咩=干嘛 乜嘢=什么 咩事=什么事 嗰个=那个 嗰边=那边 嗰度=那里 嗰=那 呢个=这个 呢单=这单
    呢度=这里 呢边=这边 琴日=昨天 寻日=昨天 听日=明天 今日=今天 啱啱=刚刚 啱先=刚才 头先=刚才
    即刻=马上 俾人=被人 畀人=被人 比人呃=被人骗 俾=给 畀=给 呃咗=骗了 呃人=骗人 呃我=骗我
    呃钱=骗钱 揾唔到=找不到 揾=找 搵=找 睇唔到=看不到 睇=看 收唔到=收不到 返工=上班 收工=下班
    屋企=家里 倾偈=聊天 倾=聊 搞掂=搞定 撳=点 揿=点 咗=了 嘅=的 冇=没有 佢哋=他们 我哋=我们
    你哋=你们 佢=他 系咪=是不是 就系=就是 都系=都是 系呀=是啊 系啊=是啊 系度=在这 喺=在 嚟=来
    啲=些 嘢=东西 咁=这么 噉=这样 咩=什么 乜=什么 攞=拿 嬲=生气 攰=累 唔=不 仲未=还没 仲有=还有
    仲=还 蚊=元 覆我=回我 过数=转账 𠮶个=那个 𠮶边=那边 𠮶度=那里 𠮶=那 净系=只是 得返=只剩
    好似=好像 唔识=不认识 几多=多少 俾返=退给 攞返=拿回 细路仔=孩子 细路=孩子 阿妈=妈妈
    阿爸=爸爸 成日=整天 成个=整个 埋单=付款 走佬=跑路 痴线=有病 呃=骗 估唔到=没想到 唔止=不止
    唔该帮=请帮 揾笨=骗人 就嚟=快要 收皮=完蛋 㗎=的 喇=了 嗌=叫 𢱕=按 㩒=按 啱=对 瞓=睡
    醒咗=醒了 谂=想 冇得倾=没得谈 点知=谁知 过咗数=转了账 入面=里面 呢啲=这些 嗰啲=那些
""")

# Only beside other Cantonese words: in Mandarin these mean something else.
CANTONESE_ONLY: Final = _table("""
    话=说 系=是 返=回 度=里 嚟=来 估=猜 先知=才知道
""")

TAIWANESE: Final = _table("""
    回覆=回复 答覆=答复 资讯=信息 帐号=账号 帐户=账户 帐单=账单 客服人员=客服 检举=举报
    贴文=帖子 储值=充值 萤幕=屏幕 荧幕=屏幕 简讯=短信 影片=视频 登入=登录 登出=退出
    身分证=身份证 个资=个人信息 电邮=邮件 网路=网络 软体=软件 手机号码=手机号 停权=封号
    私讯=私信 讯息=消息 触及=曝光 客诉=投诉 卖场=店铺 宅配=快递 封锁=拉黑 门号=手机号 户头=账户
    汇款=转账 诈骗=骗 直播主=主播 演算法=算法 推播=推送 追踪者=粉丝 粉专=账号 按赞=点赞
    退刷=退款 品质=质量 瑕疵=破损 仿冒品=假货 a货=假货 业配=商单 厂商=品牌方
    支援=支持 装置=设备 连结=链接 视窗=窗口 视讯=视频 网咖=网吧 复权=解封 出文=发笔记 条片=视频
    张相=照片 落架=下架 收件匣=邮箱 信箱=邮箱 伺服器=服务器 网红=博主 邮递=快递
    打枪=驳回 上诉=申诉 申复=申诉 机械人=机器人 真伪=真假 搜寻=搜索 连署=联名 刷卡=付款
    奥客=难缠 户口=账户 结余=余额 按金=押金 闩=关
""")

TYPOS: Final = _table("""
    礼拜=星期
    登陆=登录 冲值=充值 密马=密码 人公=人工 转人功=转人工 木有=没有 肿么=怎么 酱紫=这样子
    不造=不知道 晓不得=不知道 莫得=没有 没得=没有 咋个=怎么 啷个=怎么 咋=怎么 啥子=什么 啥=什么
    么子=什么 甭=不用 薇信=微信 威信=微信 徽信=微信 微x=微信 v信=微信 v❤=微信 扣扣=qq 企鹅号=qq
    支fu宝=支付宝 仨=三个 俩=两个 昨儿个=昨天 昨儿=昨天 今儿个=今天
    今儿=今天 前儿个=前天 明儿个=明天 明儿=明天 尼玛=妈的 小红薯官方=小红书官方 小红薯=小红书
    小红書=小红书 小紅書=小红书 红薯书=小红书 帐=账 封浩=封号 风号=封号 退宽=退款
    退欵=退款 申述=申诉 审诉=申诉 举抱=举报 违归=违规 薯哔=薯币 署币=薯币 抄席=抄袭
    盗好=盗号 晓得=知道 屋头=家里 俺=我 娃儿=孩子 细伢=孩子 崽女=儿女 么得=没有 搞么子=干什么
""")

# Whole Latin words: 「rg」 inside 「org」 stays. Pinyin, initials, and English mixed into Chinese.
LATIN: Final = _table("""
    xhs=小红书 rednote=小红书 redbook=小红书 kf=客服 rg=人工 wx=微信 vx=微信 weixin=微信
    zfb=支付宝 tk=退款 plz=请 bushi=不是 shide=是的 nihao=你好 xiexie=谢谢 fanhui=返回
    meiren=没人 meiyou=没有 tuikuan=退款 fenghao=封号 jiahuo=假货 kefu=客服 rengong=人工
    zhenren=真人 jiqiren=机器人 shensu=申诉 bohui=驳回 zhanghao=账号 mima=密码 yinsi=隐私
    xufei=续费 koufei=扣费 koukuan=扣款 xianliu=限流 daohao=盗号 beidao=被盗 chongzhi=充值
    zhuxiao=注销 denglu=登录 yanzhengma=验证码 pianzi=骗子 beipian=被骗 zhuanzhang=转账 qian=钱
    huan=换 chongxin=重新 zaishuo=再说 shi=是 bu=不 mei=没 jubao=举报 chaoxi=抄袭 weigui=违规
    tuihuo=退货 kuaidi=快递 fahuo=发货 shangjia=商家 maijia=卖家 wtf=妈的 cnm=操你妈 tmd=他妈的
    tm=他妈 nmd=你妈的 jiao=交 zhuan=转 zhao=找 bang=帮 dm=私信 id=账号 account=账号 refund=退款
    banned=被封 suspended=被封 hacked=被盗 scammed=被骗 blackmail=勒索 post=笔记 posts=笔记
    note=笔记 notes=笔记 reel=视频 vlog=视频 video=视频 clip=视频 recipe=食谱 removed=被删
    deleted=被删 delete=删除 flagged=判违规 violation=违规 violating=违规 violate=违规
    shadowban=限流 shadowbanned=限流 views=浏览 impressions=曝光 reach=曝光 reposted=搬运
    repost=搬运 stole=盗用 stolen=被盗 copied=抄袭 copy=抄袭 copyright=版权 muted=禁言 mute=禁言
    blocked=拉黑 block=拉黑 followers=粉丝 fans=粉丝 shop=店铺 store=店铺 frozen=冻结
    freeze=冻结 seller=卖家 owner=店主 brand=品牌方 ghosted=失联 ghosting=失联 vanished=消失
    tracking=物流 parcel=快递 package=快递 delivery=快递 delivered=签收 customs=海关 scam=骗
    scammer=骗子 transfer=转账 transferred=转账 fake=假货 counterfeit=假货 authentic=正品
    photo=照片 photos=照片 pic=照片 picture=照片 search=搜索 message=消息 messages=消息
    comment=评论 comments=评论 login=登录 password=密码 otp=验证码 code=验证码 sms=短信
    phone=手机 report=举报 reported=举报 privacy=隐私 address=地址 coins=薯币 coin=薯币
    topup=充值 recharge=充值 kid=孩子 kids=孩子 child=孩子 son=儿子 daughter=女儿 charged=扣费
    charge=扣费 billed=扣费 subscription=会员 renew=续费 renewal=续费 cancel=取消 cancelled=取消
    broken=坏了 wrong=错 size=尺码 color=颜色 colour=颜色 human=真人 person=真人 agent=客服
    bot=机器人 robot=机器人 reply=回复 replied=回复 response=回复 silence=没回复 waiting=等
    appeal=申诉 appealed=申诉 denied=驳回 rejected=驳回 reject=驳回 decision=结果 upheld=维持
    case=工单 ticket=工单 closed=关闭 close=关闭 resolved=已解决 solved=已解决 hotline=客服电话
    customer=客户 service=服务 support=客服 email=邮件 live=直播 streaming=直播 order=订单
    orders=订单 return=退货 returned=退货 deposit=保证金 paid=付了 pay=付 payment=付款 money=钱
    cash=钱 card=卡 profile=主页 avatar=头像 username=昵称 impersonating=冒充 impersonate=冒充
    cloned=冒充 pretending=冒充 harassing=骚扰 harass=骚扰 bullying=网暴 stalking=跟踪 insult=骂
    cursed=骂 doxxed=人肉 leaked=泄露 campaign=合作 collab=合作 kol=博主 influencer=博主
    pr=品牌方 ads=推广 ad=广告 promote=推广 promotion=推广 budget=预算 ban=封号 permanently=永久
    suspend=封号 lost=丢失 missing=丢失 gone=没了 hack=盗号 hacker=盗号 verify=验证
    verification=验证 face=人脸 sim=手机卡 number=号码 invoice=发票 quality=质量 seriously=真的
    weather=天气 translate=翻译 english=英文 yzm=验证码 jb=举报 ss=申诉 jiekuan=结款 sj=商家
    zp=诈骗 yyds=很好 xianliule=限流了 fengle=封了 meile=没了 gei=给 buxiang=不想
    buxianghuo=不想活 jinyan=禁言 jubaole=举报了 tuiqian=退钱 shoujihao=手机号 bangding=绑定
    yanzheng=验证 shiming=实名 daoban=盗版 mingyu=名誉 wangbao=网暴 saorao=骚扰 maochong=冒充
    koufen=扣分 baozhengjin=保证金 tixian=提现 huokuan=货款 shutiao=薯条 shubi=薯币 dashang=打赏
    weichengnian=未成年 haizi=孩子 dianpu=店铺 zhongcao=种草 pugongying=蒲公英
""")
