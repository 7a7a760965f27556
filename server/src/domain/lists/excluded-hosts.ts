// biome-ignore-all format: an operator of hosts a line

/**
 * Payment pages, bank redirects and sign-in pages: a visitor who comes back from one of them goes on with a visit and
 * does not begin another. Each host stands for those below it too.
 */
export const defaultExcludedHosts: readonly string[] = [
  // Payment.
  'paypal.com', 'paypalobjects.com', 'paypal.me', 'com.paypal.android.p2pmobile', 'venmo.com',
  'checkout.stripe.com', 'hooks.stripe.com', 'js.stripe.com', 'pay.stripe.com', 'invoice.stripe.com', 'billing.stripe.com', 'buy.stripe.com', 'link.com', 'stripe.network',
  'klarna.com', 'klarnaservices.com', 'klarnacdn.net', 'sofort.com',
  'adyen.com', 'adyenpayments.com',
  'mollie.com',
  'checkout.com',
  'braintreegateway.com', 'braintree-api.com',
  'worldpay.com', 'rbsworldpay.com',
  'authorize.net', 'cybersource.com',
  'pay.google.com', 'payments.google.com',
  'pay.amazon.com', 'payments.amazon.com', 'pay.amazon.de', 'pay.amazon.co.uk', 'pay.amazon.co.jp',
  'applepay.cdn-apple.com',
  'pay.shopify.com', 'checkout.shopify.com',
  'afterpay.com', 'clearpay.co.uk', 'affirm.com', 'sezzle.com', 'zip.co', 'scalapay.com', 'alma.eu', 'getalma.eu', 'oney.fr', 'billie.io', 'riverty.com', 'ratepay.com', 'laybuy.com',
  'squareup.com', 'square.link',
  'paddle.com', 'lemonsqueezy.com', 'fastspring.com', '2checkout.com', 'verifone.cloud', 'cleverbridge.com', 'digitalriver.com', 'bluesnap.com', 'chargebee.com', 'recurly.com', 'rebilly.com',
  'computop.com', 'computop-paygate.com', 'saferpay.com', 'datatrans.com', 'datatrans.biz', 'unzer.com', 'heidelpay.com', 'payone.com', 'payone.de', 'wirecard.com', 'novalnet.de', 'vr-payment.de', 'secupay.com', 'six-payment-services.com', 'worldline-solutions.com', 'ingenico.com', 'ogone.com', 'concardis.com',
  'skrill.com', 'neteller.com', 'paysafecard.com', 'paysafe.com',
  'opayo.eu.elavon.com', 'sagepay.com', 'gocardless.com', 'truelayer.com', 'realexpayments.com', 'globalpay.com',
  'nexi.it', 'satispay.com', 'redsys.es', 'bizum.es', 'monei.com', 'systempay.fr', 'payplug.com', 'paybox.com', 'e-transactions.fr', 'monetico-services.com', 'mercanet.bnpparibas.net',
  'payu.com', 'payu.pl', 'payu.in', 'przelewy24.pl', 'tpay.com', 'dotpay.pl', 'paynow.pl', 'blik.com', 'gopay.com', 'gopay.cz', 'comgate.cz', 'barion.com', 'simplepay.hu', 'netopia-payments.com',
  'multisafepay.com', 'buckaroo.nl', 'sisow.nl', 'pay.nl', 'icepay.com', 'tikkie.me',
  'nets.eu', 'dibspayment.com', 'dibspayment.eu', 'quickpay.net', 'bambora.com', 'epay.dk', 'mobilepay.dk', 'vipps.no', 'swish.nu', 'paytrail.com', 'checkout.fi', 'svea.com',
  'mercadopago.com', 'mercadopago.com.br', 'mercadopago.com.ar', 'mercadopago.com.mx', 'pagseguro.uol.com.br', 'pagar.me', 'ebanx.com', 'dlocal.com', 'payulatam.com', 'conekta.com',
  'razorpay.com', 'ccavenue.com', 'cashfree.com', 'paytm.com', 'billdesk.com', 'phonepe.com',
  'alipay.com', 'alipay.hk', 'pay.weixin.qq.com', 'wx.tenpay.com', 'unionpay.com', 'unionpayintl.com', '2c2p.com', 'omise.co', 'xendit.co', 'midtrans.com', 'ipay88.com', 'molpay.com', 'paymongo.com', 'gmo-pg.com', 'mul-pay.jp', 'paypay.ne.jp', 'komoju.com', 'tosspayments.com', 'inicis.com', 'kcp.co.kr', 'ecpay.com.tw',
  'yookassa.ru', 'yoomoney.ru', 'qiwi.com', 'robokassa.ru', 'securepay.tinkoff.ru', 'cloudpayments.ru', 'iyzico.com', 'iyzipay.com', 'paytr.com',
  'paystack.com', 'paystack.co', 'flutterwave.com', 'payfast.co.za', 'peachpayments.com', 'paytabs.com', 'tap.company', 'myfatoorah.com', 'hyperpay.com', 'oppwa.com', 'tabby.ai', 'tamara.co',
  'commerce.coinbase.com', 'bitpay.com', 'coingate.com', 'nowpayments.io',
  // 3-D Secure and bank redirects.
  'arcot.com', 'cardinalcommerce.com', '3dsecure.io', '3ds2.com', 'netcetera.com', 'verifiedbyvisa.com', 'securesuite.co.uk', 'securecode.com', 'rsa3dsauth.com', 'modirum.com', 'gpayments.com', 'acs-touch.com', 'wlp-acs.com', 'sia.eu', 'entersekt.com', 'bankserv.co.za',
  'trustly.com', 'trustly.net', 'paywithmybank.com', 'plaid.com', 'tink.com', 'bankid.com', 'bankid.no', 'nemid.nu', 'mitid.dk', 'ideal.nl', 'ext.idealcheckout.nl', 'ideal.ing.nl', 'ideal.abnamro.nl', 'betalen.rabobank.nl', 'ideal.rabobank.nl', 'ideal.snsbank.nl', 'giropay.de', 'paydirekt.de', 'wero-wallet.eu', 'eps-ueberweisung.at', 'eservice.stuzza.at', 'bancontact.com', 'payconiq.com', 'multibanco.pt', 'mybank.eu', 'postfinance.ch', 'twint.ch', 'interac.ca', 'fpx.com.my', 'paynow.sg', 'poli.com.au', 'polipayments.com',
  // Sign-in.
  'accounts.google.com', 'accounts.youtube.com', 'oauth2.googleapis.com',
  'appleid.apple.com', 'idmsa.apple.com', 'account.apple.com',
  'login.microsoftonline.com', 'login.microsoft.com', 'login.windows.net', 'account.live.com', 'b2clogin.com', 'ciamlogin.com',
  'login.yahoo.com', 'login.aol.com',
  'auth0.com', 'okta.com', 'oktapreview.com', 'okta-emea.com', 'onelogin.com', 'pingone.com', 'pingone.eu', 'pingidentity.com', 'duosecurity.com', 'amazoncognito.com', 'accounts.dev', 'authkit.app', 'workos.com', 'stytch.com', 'jumpcloud.com', 'frontegg.com', 'kinde.com', 'logto.app', 'descope.com', 'auth.openai.com',
  'oauth.telegram.org', 'oauth.vk.com', 'id.vk.com', 'login.vk.com', 'connect.ok.ru', 'passport.yandex.ru', 'passport.yandex.com', 'oauth.yandex.ru', 'account.mail.ru', 'o2.mail.ru',
  'access.line.me', 'accounts.kakao.com', 'kauth.kakao.com', 'nid.naver.com', 'open.login.yahooapis.jp', 'login.yahoo.co.jp',
  'id.twitch.tv', 'signin.ebay.com', 'auth.services.adobe.com', 'login.salesforce.com', 'id.atlassian.com', 'sso.godaddy.com', 'login.xero.com', 'login.shopify.com', 'accounts.shopify.com', 'accounts.zoho.com', 'accounts.spotify.com',
];
