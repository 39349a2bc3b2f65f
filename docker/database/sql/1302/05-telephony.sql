-- What the diallers' Asterisk configuration is generated from: servers, phones, carriers, voicemail. Schema 1302 (2013).

CREATE TABLE servers (
  server_id VARCHAR(10) NOT NULL,
  server_description VARCHAR(255),
  server_ip VARCHAR(15) NOT NULL,
  active ENUM('Y','N'),
  asterisk_version VARCHAR(20) DEFAULT '1.4.21.2',
  max_vicidial_trunks SMALLINT(4) DEFAULT 23,
  telnet_host VARCHAR(20) NOT NULL DEFAULT 'localhost',
  telnet_port INT(5) NOT NULL DEFAULT 5038,
  ASTmgrUSERNAME VARCHAR(20) NOT NULL DEFAULT 'cron',
  ASTmgrSECRET VARCHAR(20) NOT NULL DEFAULT '1234',
  ASTmgrUSERNAMEupdate VARCHAR(20) NOT NULL DEFAULT 'updatecron',
  ASTmgrUSERNAMElisten VARCHAR(20) NOT NULL DEFAULT 'listencron',
  ASTmgrUSERNAMEsend VARCHAR(20) NOT NULL DEFAULT 'sendcron',
  local_gmt VARCHAR(6) DEFAULT '-5.00',
  voicemail_dump_exten VARCHAR(20) NOT NULL DEFAULT '85026666666666',
  answer_transfer_agent VARCHAR(20) NOT NULL DEFAULT '8365',
  ext_context VARCHAR(20) NOT NULL DEFAULT 'default',
  sys_perf_log ENUM('Y','N') DEFAULT 'N',
  vd_server_logs ENUM('Y','N') DEFAULT 'Y',
  agi_output ENUM('NONE','STDERR','FILE','BOTH') DEFAULT 'FILE',
  vicidial_balance_active ENUM('Y','N') DEFAULT 'N',
  balance_trunks_offlimits SMALLINT(5) UNSIGNED DEFAULT 0,
  recording_web_link ENUM('SERVER_IP','ALT_IP','EXTERNAL_IP') DEFAULT 'SERVER_IP',
  alt_server_ip VARCHAR(100) DEFAULT '',
  active_asterisk_server ENUM('Y','N') DEFAULT 'Y',
  generate_vicidial_conf ENUM('Y','N') DEFAULT 'Y',
  rebuild_conf_files ENUM('Y','N') DEFAULT 'Y',
  outbound_calls_per_second SMALLINT(3) UNSIGNED DEFAULT 20,
  sysload INT(6) NOT NULL DEFAULT 0,
  channels_total SMALLINT(4) UNSIGNED NOT NULL DEFAULT 0,
  cpu_idle_percent SMALLINT(3) UNSIGNED NOT NULL DEFAULT 0,
  disk_usage VARCHAR(255) DEFAULT '1',
  sounds_update ENUM('Y','N') DEFAULT 'N',
  vicidial_recording_limit MEDIUMINT(8) DEFAULT 60,
  carrier_logging_active ENUM('Y','N') DEFAULT 'Y',
  vicidial_balance_rank TINYINT(3) UNSIGNED DEFAULT 0,
  rebuild_music_on_hold ENUM('Y','N') DEFAULT 'Y',
  active_agent_login_server ENUM('Y','N') DEFAULT 'Y',
  conf_secret VARCHAR(20) DEFAULT 'test',
  external_server_ip VARCHAR(100) DEFAULT '',
  custom_dialplan_entry TEXT,
  active_twin_server_ip VARCHAR(15) DEFAULT '',
  user_group VARCHAR(20) DEFAULT '---ALL---',
  svn_revision INT(9) DEFAULT 0,
  svn_info TEXT,
  system_uptime VARCHAR(255) DEFAULT '',
  UNIQUE KEY server_id (server_id)
) ENGINE=MyISAM;

CREATE TABLE server_updater (
  server_ip VARCHAR(15) NOT NULL,
  last_update DATETIME,
  UNIQUE KEY server_ip (server_ip)
) ENGINE=MEMORY;

CREATE TABLE phones (
  extension VARCHAR(100),
  dialplan_number VARCHAR(20),
  voicemail_id VARCHAR(10),
  phone_ip VARCHAR(15),
  computer_ip VARCHAR(15),
  server_ip VARCHAR(15),
  login VARCHAR(15),
  pass VARCHAR(20),
  status VARCHAR(10),
  active ENUM('Y','N'),
  phone_type VARCHAR(50),
  fullname VARCHAR(50),
  company VARCHAR(10),
  picture VARCHAR(19),
  messages INT(4),
  old_messages INT(4),
  protocol ENUM('SIP','Zap','IAX2','EXTERNAL') DEFAULT 'SIP',
  local_gmt VARCHAR(6) DEFAULT '-5.00',
  ASTmgrUSERNAME VARCHAR(20) DEFAULT 'cron',
  ASTmgrSECRET VARCHAR(20) DEFAULT '1234',
  login_user VARCHAR(20),
  login_pass VARCHAR(20),
  login_campaign VARCHAR(10),
  park_on_extension VARCHAR(10) DEFAULT '8301',
  conf_on_extension VARCHAR(10) DEFAULT '8302',
  monitor_prefix VARCHAR(10) DEFAULT '8612',
  recording_exten VARCHAR(10) DEFAULT '8309',
  voicemail_exten VARCHAR(10) DEFAULT '8501',
  voicemail_dump_exten VARCHAR(20) DEFAULT '85026666666666',
  ext_context VARCHAR(20) DEFAULT 'default',
  dtmf_send_extension VARCHAR(100) DEFAULT 'local/8500998@default',
  call_out_number_group VARCHAR(100) DEFAULT 'Zap/g2/',
  client_browser VARCHAR(100) DEFAULT '/usr/bin/mozilla',
  local_web_callerID_URL VARCHAR(255) DEFAULT 'http://www.vicidial.org/test_callerid_output.php',
  admin_hangup_enabled ENUM('0','1') DEFAULT '0',
  admin_monitor_enabled ENUM('0','1') DEFAULT '1',
  updater_check_enabled ENUM('0','1') DEFAULT '1',
  enable_fast_refresh ENUM('0','1') DEFAULT '0',
  fast_refresh_rate INT(5) DEFAULT 1000,
  outbound_cid VARCHAR(20),
  enable_sipsak_messages ENUM('0','1') DEFAULT '0',
  email VARCHAR(100),
  template_id VARCHAR(15) NOT NULL,
  conf_override TEXT,
  phone_context VARCHAR(20) DEFAULT 'default',
  phone_ring_timeout SMALLINT(3) DEFAULT 60,
  conf_secret VARCHAR(20) DEFAULT 'test',
  delete_vm_after_email ENUM('N','Y') DEFAULT 'N',
  is_webphone ENUM('Y','N','Y_API_LAUNCH') DEFAULT 'N',
  use_external_server_ip ENUM('Y','N') DEFAULT 'N',
  codecs_list VARCHAR(100) DEFAULT '',
  codecs_with_template ENUM('0','1') DEFAULT '0',
  on_hook_agent ENUM('Y','N') DEFAULT 'N',
  voicemail_timezone VARCHAR(30) DEFAULT 'eastern',
  voicemail_options VARCHAR(255) DEFAULT '',
  user_group VARCHAR(20) DEFAULT '---ALL---',
  voicemail_greeting VARCHAR(100) DEFAULT '',
  UNIQUE KEY extenserver (extension, server_ip)
) ENGINE=MyISAM;

CREATE TABLE phones_alias (
  alias_id VARCHAR(20) NOT NULL,
  alias_name VARCHAR(50),
  logins_list VARCHAR(255),
  user_group VARCHAR(20) DEFAULT '---ALL---',
  UNIQUE KEY alias_id (alias_id)
) ENGINE=MyISAM;

CREATE TABLE vicidial_voicemail (
  voicemail_id VARCHAR(10) NOT NULL,
  active ENUM('Y','N') DEFAULT 'Y',
  pass VARCHAR(10) NOT NULL,
  fullname VARCHAR(100) NOT NULL,
  messages INT(4) DEFAULT 0,
  old_messages INT(4) DEFAULT 0,
  email VARCHAR(100),
  delete_vm_after_email ENUM('N','Y') DEFAULT 'N',
  voicemail_timezone VARCHAR(30) DEFAULT 'eastern',
  voicemail_options VARCHAR(255) DEFAULT '',
  user_group VARCHAR(20) DEFAULT '---ALL---',
  voicemail_greeting VARCHAR(100) DEFAULT '',
  UNIQUE KEY voicemail_id (voicemail_id)
) ENGINE=MyISAM;

CREATE TABLE vicidial_server_carriers (
  carrier_id VARCHAR(15) NOT NULL,
  carrier_name VARCHAR(50) NOT NULL,
  registration_string VARCHAR(255),
  template_id VARCHAR(15) NOT NULL,
  account_entry TEXT,
  protocol ENUM('SIP','Zap','IAX2','EXTERNAL') DEFAULT 'SIP',
  globals_string VARCHAR(255),
  dialplan_entry TEXT,
  server_ip VARCHAR(15) NOT NULL,
  active ENUM('Y','N') DEFAULT 'Y',
  carrier_description VARCHAR(255),
  UNIQUE KEY carrier_id (carrier_id),
  KEY server_ip (server_ip)
) ENGINE=MyISAM;

CREATE TABLE vicidial_conf_templates (
  template_id VARCHAR(15) NOT NULL,
  template_name VARCHAR(50) NOT NULL,
  template_contents TEXT,
  UNIQUE KEY template_id (template_id)
) ENGINE=MyISAM;

CREATE TABLE conferences (
  conf_exten INT(7) UNSIGNED NOT NULL,
  server_ip VARCHAR(15) NOT NULL,
  extension VARCHAR(100),
  UNIQUE KEY extenserver (conf_exten, server_ip)
) ENGINE=MyISAM;

CREATE TABLE vicidial_conferences (
  conf_exten INT(7) UNSIGNED NOT NULL,
  server_ip VARCHAR(15) NOT NULL,
  extension VARCHAR(100),
  leave_3way ENUM('0','1') DEFAULT '0',
  leave_3way_datetime DATETIME,
  UNIQUE KEY extenserver (conf_exten, server_ip)
) ENGINE=MyISAM;
